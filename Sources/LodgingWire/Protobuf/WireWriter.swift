/// Collects bytes, on the stack while they are few: the way in which records and the inputs of hashes are put together.
///
/// The fields of protobuf are in `WireWriter+Fields.swift`. Its memory is its own, so that appending costs neither a check for uniqueness nor a copy on write.
package struct WireWriter: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private var isOnHeap: Bool
  /// The count of bytes collected.
  package private(set) var count = 0

  /// Bytes that lie on the stack; more than nearly all records have, and the most for which `withUnsafeTemporaryAllocation` takes no heap.
  private static let stackBytes = 1024

  /// Calls `body` with an empty writer, which lives as long as the call.
  package static func with<Result>(_ body: (inout WireWriter) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: stackBytes, alignment: 16) { memory in
      var writer = WireWriter(memory: memory)
      return body(&writer)
    }
  }

  /// Appends what `body` writes to a buffer.
  package static func append(to buffer: inout [UInt8], _ body: (inout WireWriter) -> Void) {
    with { writer in
      body(&writer)
      writer.withBytes { buffer.append(contentsOf: $0) }
    }
  }

  private init(memory: UnsafeMutableRawBufferPointer) {
    base = memory.baseAddress ?? UnsafeMutableRawPointer.allocate(byteCount: memory.count, alignment: 16)
    capacity = memory.count
    isOnHeap = memory.baseAddress == nil
  }

  deinit { if isOnHeap { base.deallocate() } }

  /// Calls `body` with what was collected; the bytes are valid only inside the call.
  package mutating func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
    body(UnsafeMutableRawBufferPointer(start: base, count: count))
  }

  /// Makes room for so many more bytes.
  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if capacity &- count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: max(2 * capacity, count + more), alignment: 16)
    larger.copyMemory(from: base, byteCount: count)
    if isOnHeap { base.deallocate() }
    capacity = max(2 * capacity, count + more)
    base = larger
    isOnHeap = true
  }

  /// Appends one byte.
  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    reserve(1)
    base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Appends bytes.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    reserve(bytes.count)
    (base + count).copyMemory(from: source, byteCount: bytes.count)
    count &+= bytes.count
  }

  /// Appends the text's UTF-8.
  package mutating func append(_ text: String) {
    var copy = text
    copy.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends an integer of fixed width, little-endian.
  @inline(__always)
  package mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(littleEndian value: Value) {
    reserve(MemoryLayout<Value>.size)
    base.storeBytes(of: value.littleEndian, toByteOffset: count, as: Value.self)
    count &+= MemoryLayout<Value>.size
  }

  /// Appends a variable-length integer, seven bits to a byte.
  @inline(__always)
  package mutating func append(varint value: UInt64) {
    if value < 0x80 { append(UInt8(truncatingIfNeeded: value)) } else { append(longVarint: value) }
  }

  private mutating func append(longVarint value: UInt64) {
    reserve(10)
    var rest = value
    while rest >= 0x80 {
      base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
      count &+= 1
      rest >>= 7
    }
    base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Appends `count` zero bytes.
  package mutating func append(zeros count: Int) {
    for _ in 0..<count { append(0) }
  }

  /// Writes a variable-length integer in the place of the one byte at `place`, moving what stands behind it.
  package mutating func replaceByte(at place: Int, withVarint value: UInt64) {
    let extra = (63 - (value | 1).leadingZeroBitCount) / 7
    if extra > 0 {
      reserve(extra)
      let tail = base + place + 1
      (tail + extra).copyMemory(from: tail, byteCount: count - place - 1)
      count &+= extra
    }
    var rest = value
    for offset in 0..<extra {
      base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: place + offset, as: UInt8.self)
      rest >>= 7
    }
    base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: place + extra, as: UInt8.self)
  }
}
