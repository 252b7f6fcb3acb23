import LodgingDomain
import LodgingWire

/// The records of one step, copied out of the log's borrowed memory into one reused buffer; those of a partition lie together.
struct EventStage {
  /// One record of the events topic that waits to be decided.
  struct Item {
    var partition: Int
    var offset: Int64
    var appended: Instant
    var key: Range<Int>?
    var value: Range<Int>?
    /// Whether validators died on it so often that it is put aside unread.
    var isPoisonous = false
  }

  private(set) var items: [Item] = []
  private(set) var bytes: [UInt8] = []

  var isEmpty: Bool { items.isEmpty }

  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func append(_ record: borrowing LogRecord, partition: Int) {
    items.append(
      Item(partition: partition, offset: record.offset, appended: record.appended, key: copy(record.key), value: copy(record.value)))
  }

  mutating func append(_ record: NewRecord, partition: Int, offset: Int64, appended: Instant) {
    let key = record.key.map { bytes in bytes.withUnsafeBytes { copy($0) } } ?? nil
    let value = record.value.map { bytes in bytes.withUnsafeBytes { copy($0) } } ?? nil
    items.append(Item(partition: partition, offset: offset, appended: appended, key: key, value: value))
  }

  /// Puts the record that was appended last aside.
  mutating func poisonLast() {
    items[items.count - 1].isPoisonous = true
  }

  private mutating func copy(_ source: UnsafeRawBufferPointer?) -> Range<Int>? {
    guard let source else { return nil }
    let start = bytes.count
    bytes.append(contentsOf: source)
    return start..<bytes.count
  }
}

/// An event as it was read, with its opened identity for as long as the step lasts.
///
/// An object, because it is large and passes through many hands.
final class ReadEvent {
  let event: StayEvent
  /// Where the identity lies in the record.
  let sealed: IdentityBytes
  /// The opened identity; nil where there is none, or none that can be read.
  var opened: OpenedIdentity?

  init(_ event: StayEvent, _ sealed: IdentityBytes) { (self.event, self.sealed) = (event, sealed) }

  /// The digest of what the event says, with its identity as far as that was opened.
  func contentDigest(key: SipKey) -> Digest128 {
    var digest: Digest128?
    try? opened?.read { digest = ContentDigest().make(event: event, identity: $0, key: key) }
    return digest ?? ContentDigest().make(event: event, identity: nil, key: key)
  }
}

@available(*, unavailable)
extension ReadEvent: Sendable {}

/// What is known of one staged record before its partition's state is asked.
struct PreparedEvent {
  enum Content {
    case event(ReadEvent)
    case tick
    case undecodable(Code, String)
  }

  var content: Content
  var facts: Facts
}
