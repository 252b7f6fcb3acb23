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
  @inline(__always)
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
    let length = Self.varintBytes(value)
    guard length <= 8 else { return append(widestVarint: value) }
    // The groups of seven bits are moved apart by halves, until each stands in a byte of its own.
    var bits = value & 0xFFF_FFFF | (value & 0xFF_FFFF_F000_0000) << 4
    bits = bits & 0x3FFF_0000_3FFF | (bits & 0xFFF_C000_0FFF_C000) << 2
    bits = bits & 0x7F_007F_007F_007F | (bits & 0x3F80_3F80_3F80_3F80) << 1
    let marks: UInt64 = 0x80_8080_8080_8080 & (1 << UInt64(8 * (length - 1)) &- 1)
    base.storeBytes(of: (bits | marks).littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= length
  }

  private mutating func append(widestVarint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends `count` zero bytes.
  @inline(__always)
  package mutating func append(zeros count: Int) {
    for _ in 0..<count { append(0) }
  }

  /// The count of bytes that a variable-length integer takes; of the numbers up to 63, 37 / 256 of one is a seventh, rounded down.
  @inline(__always)
  package static func varintBytes(_ value: UInt64) -> Int { ((63 &- (value | 1).leadingZeroBitCount) &* 37) >> 8 &+ 1 }

  /// Writes a variable-length integer in the place of the bytes there, moving what stands behind them where it takes another number.
  @inline(__always)
  package mutating func replace(_ place: Range<Int>, withVarint value: UInt64) {
    guard place.count == 1, value < 0x80 else { return replace(place, withLongVarint: value) }
    base.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: place.lowerBound, as: UInt8.self)
  }

  private mutating func replace(_ place: Range<Int>, withLongVarint value: UInt64) {
    let length = Self.varintBytes(value)
    if length != place.count {
      reserve(max(0, length - place.count))
      (base + place.lowerBound + length).copyMemory(from: base + place.upperBound, byteCount: count - place.upperBound)
      count += length - place.count
    }
    var rest = value
    for offset in 0..<length - 1 {
      base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: place.lowerBound + offset, as: UInt8.self)
      rest >>= 7
    }
    base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: place.lowerBound + length - 1, as: UInt8.self)
  }
}
