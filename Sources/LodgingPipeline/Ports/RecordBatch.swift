/// Records for one partition, written one behind the other into memory that is used again.
///
/// Whoever appends often keeps a batch, empties it with ``removeAll()`` and fills it anew: a record then costs neither memory of its own nor
/// a copy of it. A copy of a batch shares its memory until one of the two is changed.
///
/// ```swift
/// batch.removeAll()
/// batch.append(NewRecord(key: nil, value: [1]))
/// try appender.submit(batch, to: place, tag: 7)
/// ```
public struct RecordBatch: Sendable {
  /// Where a record lies: its key, and right behind it its value.
  private struct Extent {
    var start: Int
    var middle: Int
    var end: Int
    var hasKey: Bool
    var hasValue: Bool
  }

  private var bytes: [UInt8] = []
  private var extents: [Extent] = []
  /// By the record's number; most batches have none.
  private var headers: [Int: [RecordHeader]] = [:]
  /// The bytes of the largest record's key and value together, which ``LogLimits/appendBytesMax`` bounds.
  public private(set) var largestByteCount = 0

  /// Makes a batch without records.
  public init() {}

  /// Makes a batch of copies of these records, in their order.
  public init(_ records: [NewRecord]) {
    bytes.reserveCapacity(records.reduce(0) { $0 + $1.byteCount })
    extents.reserveCapacity(records.count)
    for record in records { append(record) }
  }

  /// The number of records.
  public var count: Int { extents.count }

  /// Whether there is no record.
  public var isEmpty: Bool { extents.isEmpty }

  /// The bytes of all keys and values together.
  public var byteCount: Int { bytes.count }

  /// Takes all records out and keeps the memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    extents.removeAll(keepingCapacity: true)
    headers.removeAll()
    largestByteCount = 0
  }

  /// Makes room for so many records.
  package mutating func reserve(_ records: Int) { extents.reserveCapacity(records) }

  // MARK: Appending

  /// Appends a copy of a record.
  public mutating func append(_ record: NewRecord) {
    if !record.headers.isEmpty { headers[count] = record.headers }
    let start = bytes.count
    if let key = record.key { bytes += key }
    let middle = bytes.count
    if let value = record.value { bytes += value }
    end(Extent(start: start, middle: middle, end: bytes.count, hasKey: record.key != nil, hasValue: record.value != nil))
  }

  /// Appends a record of which `write` appends the value to the bytes that it is given, and may do nothing else with them.
  ///
  /// - Parameters:
  ///   - key: The key, nil for none.
  ///   - write: Appends the value.
  /// - Returns: What `write` returned.
  package mutating func append<Answer>(key: UnsafeRawBufferPointer?, value write: (inout [UInt8]) -> Answer) -> Answer {
    let start = bytes.count
    if let key { bytes.append(contentsOf: key) }
    let middle = bytes.count
    let answer = write(&bytes)
    end(Extent(start: start, middle: middle, end: bytes.count, hasKey: key != nil, hasValue: true))
    return answer
  }

  private mutating func end(_ extent: Extent) {
    extents.append(extent)
    largestByteCount = max(largestByteCount, extent.end - extent.start)
  }

  // MARK: Reading

  /// Calls `body` with the number, the key and the value of each record from `first` on, nil where it has none, in order.
  ///
  /// - Parameters:
  ///   - first: The number of the first record.
  ///   - body: Uses a record; its bytes are valid only inside the call.
  /// - Throws: What `body` throws, which ends the calls.
  public func lend<Failure: Error>(
    from first: Int = 0, _ body: (_ index: Int, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) throws(Failure) -> Void
  ) throws(Failure) {
    try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
      let bytes = UnsafeRawBufferPointer(buffer)
      for index in first..<max(first, count) {
        let extent = extents[index]
        try body(
          index, extent.hasKey ? UnsafeRawBufferPointer(rebasing: bytes[extent.start..<extent.middle]) : nil,
          extent.hasValue ? UnsafeRawBufferPointer(rebasing: bytes[extent.middle..<extent.end]) : nil)
      }
    }
  }

  /// What stands beside the value of a record.
  public func headers(of index: Int) -> [RecordHeader] { headers.isEmpty ? [] : headers[index] ?? [] }

  /// Copies of the records.
  public var records: [NewRecord] {
    var records: [NewRecord] = []
    records.reserveCapacity(count)
    lend { index, key, value in
      records.append(NewRecord(key: key.map { Array($0) }, value: value.map { Array($0) }, headers: headers(of: index)))
    }
    return records
  }
}
