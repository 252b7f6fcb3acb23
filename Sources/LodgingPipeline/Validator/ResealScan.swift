import LodgingDomain
import LodgingWire

/// Looks in one partition's ledger for the sealed identities of some open stays, a slice at a time.
///
/// Ledgers are kept for good, so it begins where the oldest of the identities can lie and not at genesis. It cannot know whether the first
/// entry that it meets there counts: it takes it for one, follows the chain from there, and is believed only once it arrives at an entry that
/// its owner knows to count. Where it does not, or does not find every stay, it begins once more at genesis.
struct ResealScan {
  /// Where a slice ended.
  enum Progress: Equatable {
    /// There is more to read.
    case reading
    /// At the entry that is known to count.
    case arrived
    /// On entries that do not count.
    case astray
  }

  /// The stays that are looked for and not yet sealed anew, in their order.
  private(set) var stays: [StayReference]
  /// What was found of them so far.
  private var findings: [StayReference: ResealFinding] = [:]
  /// Whether it began at genesis.
  private(set) var isWhole: Bool

  private let ledger: TopicPartition
  private let version: LedgerVersion
  private var wanted: Set<StayReference>
  private var cursor: ChainCursor?
  private var next: Int64

  /// A scan that begins with the last record appended before `time`.
  init(
    of stays: [StayReference], in ledger: TopicPartition, from time: Instant, log: any EventLog, version: LedgerVersion
  ) throws(LogError) {
    self.stays = stays
    self.ledger = ledger
    self.version = version
    wanted = Set(stays)
    let held = try log.bounds(of: ledger)
    next = try Self.lastOffset(before: time, in: ledger, of: held, log: log)
    isWhole = next == held.start
    if isWhole { cursor = ChainCursor(partition: ledger.partition, version: version) }
  }

  /// Begins once more, at genesis.
  mutating func beginAgain() {
    isWhole = true
    next = 0
    cursor = ChainCursor(partition: ledger.partition, version: version)
    findings.removeAll()
  }

  /// The next stays with what was found of them.
  func first(_ count: Int) -> [(stay: StayReference, finding: ResealFinding?)] { stays.prefix(count).map { ($0, findings[$0]) } }

  /// Looks for the first stays no more: they are sealed anew, or cannot be.
  mutating func finish(_ count: Int) {
    for stay in stays.prefix(count) {
      wanted.remove(stay)
      findings[stay] = nil
    }
    stays.removeFirst(min(count, stays.count))
  }

  /// Reads on, up to the entry at `known` and at most so many records.
  mutating func advance(to known: ChainPosition, log: any EventLog, atMost count: Int) throws(LogError) -> Progress {
    guard next <= known.offset else { return verdict(at: known) }
    let start = next
    var isBeyond = false
    do throws(LogError) {
      next = try log.read(ledger, from: next, limit: ReadLimit(records: count)) { (record: borrowing LogRecord) throws(LogError) in
        guard record.offset <= known.offset else {
          isBeyond = true
          throw .stopped
        }
        take(record)
      }
    } catch {
      guard isBeyond, error == .stopped else { throw error }
      next = known.offset + 1
    }
    guard next <= known.offset else { return verdict(at: known) }
    // Where nothing is read before the known entry, that entry is gone.
    return next > start ? .reading : .astray
  }

  private func verdict(at known: ChainPosition) -> Progress {
    guard let position = cursor?.position else { return .astray }
    return position.offset == known.offset && position.chain == known.chain ? .arrived : .astray
  }

  // MARK: One record

  private mutating func take(_ record: borrowing LogRecord) {
    guard cursor != nil else { return begin(at: record) }
    guard case .counts(let summary) = cursor?.take(record.value, at: record.offset), let value = record.value else { return }
    switch summary.kind {
    case .decided, .reseal: examine(value)
    default: break
    }
  }

  /// Takes the first record for one that counts; a record that is no entry is passed over.
  private mutating func begin(at record: borrowing LogRecord) {
    guard let chain = record.chainValue else { return }
    cursor = ChainCursor(
      partition: ledger.partition, after: ChainPosition(offset: record.offset, chain: chain, source: -1), version: version)
  }

  private mutating func examine(_ value: UnsafeRawBufferPointer) {
    guard let entry = try? LedgerReader.entry(value) else { return }
    switch entry.body {
    case .reseal(let reseal):
      let stay = StayReference(establishment: reseal.establishment, stay: reseal.stay)
      if wanted.contains(stay) { findings[stay] = ResealFinding(reseal, after: findings[stay]) }
    case .decided(let decision, _) where decision.outcome.isRegistered:
      let bytes = UnsafeRawBufferPointer(rebasing: value[entry.event])
      guard let decoded = try? WireEvent.decode(bytes), case .event(let event) = decoded.content, let details = event.stayDetails,
        let id = event.stay, let identity = LedgerIdentity(decoded.identity, of: event.id, in: bytes)
      else { return }
      let stay = StayReference(establishment: event.establishment, stay: id)
      if wanted.contains(stay) { findings[stay] = ResealFinding(event, details, identity, after: findings[stay]) }
    default: break
    }
  }

  // MARK: The start

  /// The offset of the last record that was appended before `time`, by halving; the first one where there is none.
  private static func lastOffset(
    before time: Instant, in place: TopicPartition, of held: LogBounds, log: any EventLog
  ) throws(LogError) -> Int64 {
    var (low, high) = (held.start, held.end)
    while low < high {
      let middle = low + (high - low) / 2
      var appended: Instant?
      _ = try log.read(place, from: middle, limit: ReadLimit(records: 1)) { appended = $0.appended }
      if let appended, appended < time { low = middle + 1 } else { high = middle }
    }
    return max(held.start, low - 1)
  }
}

/// An identity as it lies in an entry, with the event id that its box is bound to.
enum LedgerIdentity: Hashable {
  case sealed(SealedIdentity, event: EventID)
  /// The bytes of a plain one, which only tests allow.
  case plain([UInt8])

  init?(_ identity: IdentityBytes, of event: EventID, in record: UnsafeRawBufferPointer) {
    switch identity {
    case .none: return nil
    case .plain(let range): self = .plain(Array(record[range]))
    case .sealed(let ranges): self = .sealed(SealedIdentity(ranges, in: record), event: event)
    }
  }
}

/// What the ledger holds of one stay that the next reseal needs.
struct ResealFinding {
  /// The check-in, for its digest.
  struct CheckIn {
    /// Without its identity.
    var event: [UInt8]
    var identity: LedgerIdentity
    /// The digest that it must have under the key of its identity's month, where an earlier reseal says so.
    var digest: Digest128?
  }

  /// The identity that was told last.
  var identity: LedgerIdentity
  /// The nationality that was told last; nil where the ledger does not say it.
  var nationality: Nationality?
  /// Nil where its content is not known any more.
  var checkIn: CheckIn?

  init(_ reseal: Reseal, after known: ResealFinding?) {
    identity = .sealed(reseal.sealed, event: reseal.stay)
    nationality = reseal.nationality ?? known?.nationality
    checkIn = known?.checkIn
    // Sealed to a later month than the check-in itself, it can be opened for longer.
    if !reseal.checkIn.isEmpty, let digest = reseal.digest {
      checkIn = CheckIn(event: reseal.checkIn, identity: identity, digest: digest)
    }
  }

  init(_ event: StayEvent, _ details: StayDetails, _ identity: LedgerIdentity, after known: ResealFinding?) {
    self.identity = identity
    nationality = details.nationality
    guard case .checkIn = event.body else {
      checkIn = known?.checkIn
      return
    }
    var bytes: [UInt8] = []
    if (try? WireEvent.encode(event, into: &bytes)) != nil { checkIn = CheckIn(event: bytes, identity: identity, digest: nil) }
  }
}
