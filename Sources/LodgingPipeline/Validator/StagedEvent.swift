import LodgingDomain
import LodgingWire

/// The records of one block, copied out of the log's borrowed memory into one reused buffer; those of a partition lie together.
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
