import LodgingDomain
import LodgingWire

/// By what a record of the events topic is known again, so that a log that lost its tail and grew again is noticed.
struct RecordMark: Equatable {
  /// The record's offset.
  var offset: Int64
  /// When it was appended, which tells it from a copy that landed at the same offset later.
  var appended: Instant
  /// The digest of the value alone, as a `decided` entry holds it.
  var value: Digest128
  /// The digest of key and value, as an entry holds it that does not hold all of the value.
  var record: Digest128
  /// Whether the record is a tick.
  var isTick: Bool

  init(_ record: borrowing LogRecord, key: SipKey) {
    self.init(offset: record.offset, appended: record.appended, recordKey: record.key, value: record.value, key: key)
  }

  init(offset: Int64, appended: Instant, recordKey: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, key: SipKey) {
    self.offset = offset
    self.appended = appended
    let bytes = value ?? UnsafeRawBufferPointer(start: nil, count: 0)
    var scratch: [UInt8] = []
    self.value = KeyedHash.digest(key: key, bytes: bytes)
    self.record = RecordDigest.make(recordKey: recordKey, value: value, key: key, scratch: &scratch)
    if let decoded = try? WireEvent.decode(bytes), case .tick = decoded.content { isTick = true } else { isTick = false }
  }
}

/// What an entry says of the record that it decided.
struct RecordedSource {
  private enum Content {
    case value(Digest128)
    case record(Digest128)
    case tick
    /// There was no record.
    case missing
    /// The entry decided nothing.
    case nothing
  }

  /// The number of the source.
  let source: Int64
  /// The chain key of the entry, with which its digests are made.
  let key: SipKey
  private var content: Content
  /// Ledger time of the entry.
  private var now: Instant

  /// Nil where the bytes are no entry, and where its key is not known.
  init?(entry bytes: UnsafeRawBufferPointer?, keys: (UInt32) -> SipKey?) {
    guard let bytes, let entry = try? LedgerReader.entry(bytes), let key = keys(entry.header.keyID) else { return nil }
    self.key = key
    source = entry.header.source
    now = entry.header.now
    switch entry.body {
    case .decided, .ticked:
      if let record = entry.record { content = .record(record) } else { content = Self.content(of: entry, in: bytes, key: key) }
    case .undecodable(let record): content = .record(record.digest)
    case .missing: content = .missing
    case .genesis, .reseal, .sourceReset, .upgrade, .rekey: content = .nothing
    }
  }

  /// Of an entry without a digest of the record: the event's bytes are all of the value, and a tick says no more than that it is one.
  private static func content(of entry: LedgerEntry, in bytes: UnsafeRawBufferPointer, key: SipKey) -> Content {
    guard case .decided = entry.body else { return .tick }
    return .value(KeyedHash.digest(key: key, bytes: UnsafeRawBufferPointer(rebasing: bytes[entry.event])))
  }

  /// Whether what the events topic holds at the entry's source is what was decided; `before` is ledger time before the entry, where it is
  /// known.
  ///
  /// The time is compared too, since ticks and events that were sent again are the same bytes.
  func agrees(with mark: RecordMark?, before: Instant?) -> Bool {
    if case .nothing = content { return true }
    guard let mark else {
      if case .missing = content { return true }
      return false
    }
    guard mark.appended <= now, before.map({ max($0, mark.appended) == now }) ?? true else { return false }
    switch content {
    case .value(let digest): return digest == mark.value
    case .record(let digest): return digest == mark.record
    case .tick: return mark.isTick
    case .missing, .nothing: return false
    }
  }
}
