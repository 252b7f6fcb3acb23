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
  private let opener = IdentityOpener()
  private let digests = ContentDigest()

  /// The months that this step has met, so that the ring is asked once for each.
  private var months: [Month] = []
  private var appendedDays = LocalDays()
  private var arrivalDays = LocalDays()
  private var inquiry: ResidentInquiry

  /// A month with its keys, as far as there are any.
  private struct Month {
    var month: KeyMonth
    var keys: MonthKeys?
    /// Those of the month and of the one before it.
    var aroundEnd: [MonthKeys]
  }

  init(_ context: ValidatorContext) {
    keys = context.keys
    directory = context.directory
    isCommune = context.isCommune
    plainIsAllowed = context.settings.plainIsAllowed
    inquiry = ResidentInquiry(key: keys.directoryKey)
  }

  /// Drops the data keys of months that have been destroyed since they were opened.
  mutating func forgetDestroyed() {
    for month in opener.months where keys.keys(of: month) == nil { opener.forget(month) }
  }

  /// How many records are read before the facts of the first of them are gathered: few enough to stay near, many enough to time.
  private static let block = 64

  /// Prepares the items of a step in their order; throws where the directory does not answer, and then nothing is prepared.
  mutating func prepare(
    _ items: [EventStage.Item], bytes: UnsafeRawBufferPointer, reader: RecordReader, into prepared: inout PreparedEvents,
    times: inout StageTimes
  ) throws {
    inquiry.removeAll()
    var clock = ContinuousClock.now
    // No identity is longer than the record that it comes in.
    let identities = OpenedIdentities(bytesMax: bytes.count)
    // No secret key outlives the step: its month may be destroyed before the next one.
    defer { months.removeAll(keepingCapacity: true) }
    var start = 0
    while start < items.count {
      let block = start..<min(start + Self.block, items.count)
      for index in block { prepared.add(read(items[index], bytes: bytes, reader: reader)) }
      times.decode += clock.lap()
      for index in block {
        let record = UnsafeRawBufferPointer(rebasing: bytes[items[index].value ?? 0..<0])
        gather(prepared[index], record: record, appended: items[index].appended, into: identities, index: index)
      }
      times.open += clock.lap()
      start = block.upperBound
    }
    try inquiry.ask(directory, for: prepared)
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
    _ place: PreparedEvent, record: UnsafeRawBufferPointer, appended: Instant, into identities: OpenedIdentities, index: Int
  ) {
    guard case .event(let read) = place.content else { return }
    place.facts.begin(month: KeyMonth(of: appendedDays.date(at: appended)))
    switch read.sealed {
    case .none: break
    case .plain(let range):
      place.facts.seal = plainIsAllowed ? .unreadable : .plainRefused
      if plainIsAllowed { read.opened = identities.add(UnsafeRawBufferPointer(rebasing: record[range])) }
    case .sealed(let ranges):
      place.facts.month = ranges.month
      (place.facts.seal, read.opened) = open(ranges, of: read.event, in: record, at: appended, into: identities)
    }
    do {
      try read.opened?.read { identity in
        place.facts.seal = .opened
        examine(identity, read.event, &place.facts, index: index)
        if let key = digestKey(place.facts) { place.facts.digest = digests.make(event: read.event, identity: identity, key: key) }
      }
    } catch {
      read.opened = nil
    }
    if let commune = read.event.communeClaimed, !isCommune(commune) { place.facts.problems.append(FieldProblem(.commune, .fieldInvalid)) }
    if read.opened == nil, let key = digestKey(place.facts) {
      place.facts.digest = digests.make(event: read.event, identity: nil, key: key)
    }
  }

  /// The place of a month in ``months``.
  private mutating func place(of month: KeyMonth) -> Int {
    for index in months.indices where months[index].month == month { return index }
    let known = keys.keys(of: month)
    months.append(Month(month: month, keys: known, aroundEnd: [known, keys.keys(of: month.previous)].compactMap { $0 }))
    return months.count - 1
  }

  /// The key of the content digest; without the month's key, an event that holds no identity is digested under the first
  /// chain key, which never ends and which no rotation changes.
  private mutating func digestKey(_ facts: Facts) -> SipKey? {
    switch facts.seal {
    case .opened: months[place(of: facts.month)].keys?.digest
    case .absent: months[place(of: facts.month)].keys?.digest ?? keys.firstChainKey.key
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
    guard let month = months[place(of: ranges.month)].keys else { return (.expired, nil) }
    let opened = identities.add(bytes: ranges.identityBytes) { plain in
      opener.open(ranges, in: record, establishment: event.establishment, event: event.id, keys: month, into: plain)
    }
    return (.unreadable, opened)
  }

  private mutating func examine(_ identity: BorrowedIdentity, _ event: StayEvent, _ facts: inout Facts, index: Int) {
    guard let details = event.stayDetails else { return }
    let day = arrivalDays.date(at: details.arrivalRead(received: event.received))
    let examination = IdentityExamination(identity, arrivalDay: day, reason: details.reason)
    facts.problems = examination.problems
    facts.flags = examination.flags
    facts.isMinor = examination.isMinor
    let months = months[place(of: facts.month)].aroundEnd
    identity.appendFingerprints(nationality: details.nationality, under: months, to: &facts.fingerprints)
    if details.guestKind == .citizen { inquiry.add(identity, number: examination.personalNumber, index: index) }
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
  /// Begins the facts of another event, none of which is known yet; the memory of lists is kept.
  fileprivate mutating func begin(month: KeyMonth) {
    seal = .absent
    self.month = month
    digest = .zero
    priorDigest = nil
    if !problems.isEmpty { problems.removeAll(keepingCapacity: true) }
    flags = []
    isMinor = false
    if !fingerprints.isEmpty { fingerprints.removeAll(keepingCapacity: true) }
    directoryVersion = 0
    idIndex = .notAsked
  }
}
