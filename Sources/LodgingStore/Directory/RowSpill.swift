/// Rows in any order, kept on disk beyond a few megabytes and given back in the order of their keys.
///
/// Keys are uniform, so the first byte of the key cuts the rows into 256 buckets of about equal size; one bucket at a time is then sorted
/// in memory. That is at most a few dozen megabytes at 100 million rows.
///
/// `@unchecked Sendable`: one thread adds rows, and buckets are loaded when it has added the last.
final class RowSpill: @unchecked Sendable {
  private let folder: String
  private var file: ScratchFile?
  private let buffer: UnsafeMutableRawBufferPointer
  /// How many bytes of each bucket are in the buffer.
  private let fills: UnsafeMutablePointer<Int>
  /// Where the full chunks of each bucket stand in the scratch file, in the order of their rows.
  private var chunks = [[Int]](repeating: [], count: bucketCount)
  static let bucketCount = 256
  private static let chunkRows = 512
  private static let chunkBytes = chunkRows * DirectoryRow.recordBytes

  /// Makes an empty spill.
  ///
  /// - Parameter folder: Where the scratch file goes, once one is needed.
  init(folder: String) {
    self.folder = folder
    buffer = .allocate(byteCount: Self.bucketCount * Self.chunkBytes, alignment: 64)
    fills = .allocate(capacity: Self.bucketCount)
    fills.initialize(repeating: 0, count: Self.bucketCount)
  }

  deinit {
    buffer.deallocate()
    fills.deallocate()
  }

  /// Rows added.
  var count: Int {
    chunks.reduce(0) { $0 + $1.count * Self.chunkRows } + (0..<Self.bucketCount).reduce(0) { $0 + fills[$1] } / DirectoryRow.recordBytes
  }

  /// Adds a row; of rows with the same key the one that was added last comes last.
  func add(_ row: DirectoryRow) throws(DirectoryError) {
    let bucket = Int(row.key >> 56)
    let start = bucket * Self.chunkBytes
    if let base = buffer.baseAddress { row.store(recordTo: base + start + fills[bucket]) }
    fills[bucket] += DirectoryRow.recordBytes
    guard fills[bucket] == Self.chunkBytes else { return }
    let scratch: ScratchFile = if let file { file } else { try ScratchFile(folder: folder) }
    file = scratch
    chunks[bucket].append(try scratch.append(UnsafeRawBufferPointer(rebasing: buffer[start..<start + Self.chunkBytes])))
    fills[bucket] = 0
  }

  /// The rows of a bucket, sorted by key and then by when they were added.
  ///
  /// - Parameters:
  ///   - bucket: 0..<``bucketCount``.
  ///   - rows: Replaced by the rows.
  /// - Throws: `DirectoryError.system`.
  func load(bucket: Int, into rows: SortedBucket) throws(DirectoryError) {
    let tail = UnsafeRawBufferPointer(rebasing: buffer[bucket * Self.chunkBytes..<bucket * Self.chunkBytes + fills[bucket]])
    rows.reset(byteCount: chunks[bucket].count * Self.chunkBytes + tail.count)
    var position = 0
    for chunk in chunks[bucket] {
      try file?.read(at: chunk, into: UnsafeMutableRawBufferPointer(rebasing: rows.bytes[position..<position + Self.chunkBytes]))
      position += Self.chunkBytes
    }
    UnsafeMutableRawBufferPointer(rebasing: rows.bytes[position..<position + tail.count]).copyMemory(from: tail)
    rows.sort()
  }
}

/// One bucket of rows in memory.
///
/// `@unchecked Sendable`: it is filled by one thread, and given to another when it is full.
final class SortedBucket: @unchecked Sendable {
  private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private(set) var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var order: [Place] = []

  private struct Place {
    var key: UInt64
    var index: UInt32
  }

  deinit { storage.deallocate() }

  /// The number of rows.
  var count: Int { order.count }

  /// The row at a place of the order.
  func row(at place: Int) -> DirectoryRow {
    let offset = Int(order[place].index) * DirectoryRow.recordBytes
    return DirectoryRow(record: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + offset))
  }

  /// The key at a place of the order.
  func key(at place: Int) -> UInt64 { order[place].key }

  fileprivate func reset(byteCount: Int) {
    if storage.count < byteCount {
      storage.deallocate()
      storage = .allocate(byteCount: byteCount + byteCount / 8, alignment: 64)
    }
    bytes = UnsafeMutableRawBufferPointer(rebasing: storage[..<byteCount])
  }

  fileprivate func sort() {
    order.removeAll(keepingCapacity: true)
    for index in 0..<bytes.count / DirectoryRow.recordBytes {
      let key = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * DirectoryRow.recordBytes, as: UInt64.self))
      order.append(Place(key: key, index: UInt32(truncatingIfNeeded: index)))
    }
    order.sort { ($0.key, $0.index) < ($1.key, $1.index) }
  }
}
