import LodgingDomain
import LodgingWire

/// Looks up everything that deciding a step's events takes, in one batch, before any of them is decided.
///
/// It opens the only identities of the process; they end with the step, and so does the memory that they lie in.
struct FactGatherer {
  private let keys: any KeyRing
  private let directory: any ResidentDirectory
  private let isCommune: @Sendable (CommuneCode) -> Bool
  private let plainIsAllowed: Bool
  private var opener = IdentityOpener()
  private let digests = ContentDigest()
  private var fingerprints: DirectoryFingerprints

  private var readings: [RecordReader.Reading] = []
  /// The keys of the months that this step has met, so that the ring is asked once for each.
  private var months: [(month: KeyMonth, keys: MonthKeys?)] = []
  /// The same of a month and the one before it, as far as there are any.
  private var neighbours: [(month: KeyMonth, keys: [MonthKeys])] = []
  private var questions: [ResidentQuestion] = []
  private var askers: [Asker] = []
  private var answers: [ResidentAnswer] = []

  /// Who asked a question: the place in the step, and the declared number for the case that nobody knows it.
  private struct Asker {
    var index: Int
    var number: PersonalNumber?
    var sex: Sex?
    var birthYear: Int?

    /// What the number itself says against the declaration; asked only where the register does not know the number.
    var contradictions: CodeSet { number?.contradictions(sex: sex, birthYear: birthYear) ?? [] }
  }

  init(_ context: ValidatorContext) {
    keys = context.keys
    directory = context.directory
    isCommune = context.isCommune
    plainIsAllowed = context.settings.plainIsAllowed
    fingerprints = DirectoryFingerprints(key: keys.directoryKey)
  }

  /// Drops the data keys of months that have been destroyed since they were opened.
  mutating func forgetDestroyed() {
    for month in opener.months where keys.keys(of: month) == nil { opener.forget(month) }
  }

  /// Prepares the items of a step in their order; throws where the directory does not answer, and then nothing is prepared.
  mutating func prepare(
    _ items: [EventStage.Item], bytes: UnsafeRawBufferPointer, reader: RecordReader, into prepared: inout [PreparedEvent],
    times: inout StageTimes
  ) throws {
    questions.removeAll(keepingCapacity: true)
    askers.removeAll(keepingCapacity: true)
    var clock = ContinuousClock.now
    // No identity is longer than the record that it comes in.
    let identities = OpenedIdentities(bytesMax: bytes.count)
    // No secret key outlives the step: its month may be destroyed before the next one.
    defer {
      readings.removeAll(keepingCapacity: true)
      months.removeAll(keepingCapacity: true)
      neighbours.removeAll(keepingCapacity: true)
    }
    for item in items { readings.append(read(item, bytes: bytes, reader: reader)) }
    times.decode += clock.lap()
    for (item, reading) in zip(items, readings) {
      switch reading {
      case .undecodable(let code, let reason): prepared.append(PreparedEvent(content: .undecodable(code, reason), facts: .none))
      case .tick: prepared.append(PreparedEvent(content: .tick, facts: .none))
      case .event(let read):
        let record = UnsafeRawBufferPointer(rebasing: bytes[item.value ?? 0..<0])
        let facts = gather(read, record: record, appended: item.appended, into: identities, index: prepared.count)
        prepared.append(PreparedEvent(content: .event(read), facts: facts))
      }
    }
    times.open += clock.lap()
    try ask(&prepared)
    times.lookUp += clock.lap()
  }

  private func read(_ item: EventStage.Item, bytes: UnsafeRawBufferPointer, reader: RecordReader) -> RecordReader.Reading {
    guard !item.isPoisonous else { return .undecodable(.eventUndecodable, "validators ended repeatedly while they decided this record") }
    return reader.read(
      key: item.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
      value: item.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
      partition: item.partition)
  }

  // MARK: One event

  /// Opens what can be opened and gathers what the state is not needed for.
  private mutating func gather(
    _ read: ReadEvent, record: UnsafeRawBufferPointer, appended: Instant, into identities: OpenedIdentities, index: Int
  ) -> Facts {
    var facts = Facts(month: KeyMonth(containing: appended), digest: .zero)
    switch read.sealed {
    case .none: facts.seal = .absent
    case .plain(let range):
      facts.seal = plainIsAllowed ? .unreadable : .plainRefused
      if plainIsAllowed { read.opened = identities.add(UnsafeRawBufferPointer(rebasing: record[range])) }
    case .sealed(let ranges):
      facts.month = ranges.month
      (facts.seal, read.opened) = open(ranges, of: read.event, in: record, at: appended, into: identities)
    }
    do {
      try read.opened?.read { identity in
        facts.seal = .opened
        examine(identity, read.event, &facts, index: index)
        if let key = digestKey(facts) { facts.digest = digests.make(event: read.event, identity: identity, key: key) }
      }
    } catch {
      read.opened = nil
    }
    if let commune = read.event.communeClaimed, !isCommune(commune) { facts.problems.append(FieldProblem(.commune, .fieldInvalid)) }
    if read.opened == nil, let key = digestKey(facts) { facts.digest = digests.make(event: read.event, identity: nil, key: key) }
    return facts
  }

  private mutating func monthKeys(_ month: KeyMonth) -> MonthKeys? {
    for known in months where known.month == month { return known.keys }
    months.append((month, keys.keys(of: month)))
    return months[months.count - 1].keys
  }

  private mutating func monthKeys(aroundEnd month: KeyMonth) -> [MonthKeys] {
    for known in neighbours where known.month == month { return known.keys }
    neighbours.append((month, [monthKeys(month), monthKeys(month.previous)].compactMap { $0 }))
    return neighbours[neighbours.count - 1].keys
  }

  /// The key of the content digest; without the month's key, an event that holds no identity is digested under the first
  /// chain key, which never ends and which no rotation changes.
  private mutating func digestKey(_ facts: Facts) -> SipKey? {
    switch facts.seal {
    case .opened: monthKeys(facts.month)?.digest
    case .absent: monthKeys(facts.month)?.digest ?? keys.firstChainKey.key
    case .unreadable, .expired, .plainRefused: nil
    }
  }

  /// Opens the box of a sealed identity, which counts as unreadable until it has been read too.
  private mutating func open(
    _ ranges: SealedRanges, of event: StayEvent, in record: UnsafeRawBufferPointer, at time: Instant, into identities: OpenedIdentities
  ) -> (SealOutcome, OpenedIdentity?) {
    switch keys.standing(of: ranges.month, at: time) {
    case .unknown: return (.unreadable, nil)
    case .expired, .destroyed: return (.expired, nil)
    case .sealing, .accepting: break
    }
    guard let month = monthKeys(ranges.month) else { return (.expired, nil) }
    let opened = identities.add(bytes: ranges.identityBytes) { plain in
      opener.open(ranges, in: record, establishment: event.establishment, event: event.id, keys: month, into: plain)
    }
    return (.unreadable, opened)
  }

  private mutating func examine(_ identity: BorrowedIdentity, _ event: StayEvent, _ facts: inout Facts, index: Int) {
    guard let details = event.stayDetails else { return }
    let day = LocalZone.vietnam.date(at: details.arrivalRead(received: event.received))
    let examination = IdentityExamination(identity, arrivalDay: day, reason: details.reason)
    facts.problems = examination.problems
    facts.flags = examination.flags
    facts.isMinor = examination.isMinor
    facts.fingerprints = identity.fingerprints(nationality: details.nationality, under: monthKeys(aroundEnd: facts.month))
    guard identity.documentKind != .noDocument, !identity.documentNumber.isEmpty else { return }
    guard details.guestKind == .citizen, let question = question(about: identity, number: examination.personalNumber) else { return }
    questions.append(question)
    askers.append(
      Asker(index: index, number: examination.personalNumber, sex: identity.sex, birthYear: identity.birthDate?.year))
  }

  // MARK: The directory

  /// What the directory is asked: the personal number where one was declared, else a citizen's passport; nothing about other papers.
  private mutating func question(about identity: BorrowedIdentity, number: PersonalNumber?) -> ResidentQuestion? {
    let (by, row): (ResidentQuestion.Key, UInt64)
    if let number {
      (by, row) = (.personalNumber, fingerprints.rowKey(of: number))
    } else if identity.documentKind == .passport {
      (by, row) = (.documentNumber, fingerprints.rowKey(ofDocument: identity.documentNumber))
    } else {
      return nil
    }
    let person = fingerprints.person(row: row, utf8Name: identity.fullName, birthDate: identity.birthDate, sex: identity.sex)
    return ResidentQuestion(by: by, key: row, person: person)
  }

  private mutating func ask(_ prepared: inout [PreparedEvent]) throws {
    guard !questions.isEmpty else { return }
    let version = try directory.lookUp(questions, into: &answers)
    for (asker, answer) in zip(askers, answers) {
      var codes = answer.codes
      if codes.contains(.directoryUnknownNumber) { codes.formUnion(asker.contradictions) }
      prepared[asker.index].facts.flags.formUnion(codes)
      prepared[asker.index].facts.directoryVersion = version
    }
  }
}

extension StayEvent {
  /// The commune that an establishment says it lies in.
  fileprivate var communeClaimed: CommuneCode? {
    switch body {
    case .establishmentOpened(let details), .establishmentChanged(let details): details.commune
    default: nil
    }
  }
}

extension Facts {
  /// The facts of a record that is no event.
  fileprivate static var none: Facts { Facts(month: KeyMonth(index: 0), digest: .zero) }
}
