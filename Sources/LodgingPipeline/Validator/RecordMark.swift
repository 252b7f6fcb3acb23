import LodgingDomain
import LodgingWire

/// By what a record of the events topic is known again, so that a log that lost its tail and grew again is noticed.
struct RecordMark: Equatable {
  /// The digest of the value alone, as a `decided` entry holds it.
  var value: Digest128
  /// The digest of key and value, as an `undecodable` entry holds it.
  var record: Digest128
  /// Whether the record is a tick.
  var isTick: Bool

  init(_ record: borrowing LogRecord, key: SipKey) {
    self.init(recordKey: record.key, value: record.value, key: key)
  }

  init(recordKey: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, key: SipKey) {
    let bytes = value ?? UnsafeRawBufferPointer(start: nil, count: 0)
    var scratch: [UInt8] = []
    self.value = KeyedHash.digest(key: key, bytes: bytes)
    self.record = RecordDigest.make(recordKey: recordKey, value: value, key: key, scratch: &scratch)
    if let decoded = try? WireEvent.decode(bytes), case .tick = decoded.content { isTick = true } else { isTick = false }
  }
}

/// What an entry says of the record that it decided.
enum RecordedSource {
  case value(Digest128)
  case record(Digest128)
  case tick

  /// Nil where the entry decided no record.
  init?(entry bytes: UnsafeRawBufferPointer?, key: SipKey) {
    guard let bytes, let entry = try? LedgerReader.entry(bytes) else { return nil }
    switch entry.body {
    case .decided: self = .value(KeyedHash.digest(key: key, bytes: UnsafeRawBufferPointer(rebasing: bytes[entry.event])))
    case .undecodable(let record): self = .record(record.digest)
    case .ticked: self = .tick
    case .genesis, .missing, .reseal, .sourceReset, .upgrade, .rekey: return nil
    }
  }

  /// Whether the record that the events topic holds now is the one that was decided.
  func agrees(with mark: RecordMark) -> Bool {
    switch self {
    case .value(let digest): digest == mark.value
    case .record(let digest): digest == mark.record
    case .tick: mark.isTick
    }
  }
}
