import LodgingDomain

/// Appends fixed-width little-endian values to a buffer.
struct FixedWriter {
  private(set) var bytes: [UInt8] = []

  /// An empty buffer with room for so many bytes.
  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func put(_ value: some FixedWidthInteger) { put(bytes: MemoryLayout.size(ofValue: value)) { $0.put(value) } }

  mutating func put(_ id: EventID) { put(bytes: 16) { $0.put(id) } }

  /// Appends values that take so many bytes together: room is made once for all of them.
  mutating func put(bytes count: Int, _ fill: (inout FixedFields) -> Void) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    bytes.withUnsafeMutableBytes { bytes in
      var fields = FixedFields(rest: bytes[start...])
      fill(&fields)
      precondition(fields.rest.isEmpty, "as many bytes as were announced")
    }
  }

  /// Text of at most 65,535 bytes; the domain's limits are far below.
  mutating func put(_ text: String) {
    let utf8 = text.utf8.prefix(Int(UInt16.max))
    put(UInt16(utf8.count))
    bytes.append(contentsOf: utf8)
  }
}

/// Memory that is filled with fixed-width little-endian values, never beyond its end.
struct FixedFields {
  fileprivate var rest: Slice<UnsafeMutableRawBufferPointer>

  mutating func put(_ value: some FixedWidthInteger) {
    let size = MemoryLayout.size(ofValue: value)
    UnsafeMutableRawBufferPointer(rebasing: rest.prefix(size)).storeBytes(of: value.littleEndian, as: type(of: value))
    rest = rest.dropFirst(size)
  }

  mutating func put(_ id: EventID) {
    put(id.high)
    put(id.low)
  }
}

/// Takes fixed-width little-endian values from a buffer, never beyond its end.
struct FixedReader {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take<Value: FixedWidthInteger>(_ type: Value.Type) throws(SnapshotError) -> Value {
    let size = MemoryLayout<Value>.size
    guard bytes.count - position >= size else { throw .malformed }
    defer { position += size }
    let start = position
    return Value(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Value.self) })
  }

  mutating func takeID() throws(SnapshotError) -> EventID {
    EventID(high: try take(UInt64.self), low: try take(UInt64.self))
  }

  mutating func takeText() throws(SnapshotError) -> String {
    let count = Int(try take(UInt16.self))
    guard bytes.count - position >= count else { throw .malformed }
    defer { position += count }
    guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else { throw .malformed }
    return text
  }

  /// A count of items of at least so many bytes each, so that a damaged count cannot ask for more memory than the file is large.
  mutating func takeCount(bytesEach: Int) throws(SnapshotError) -> Int {
    let count = Int(try take(UInt32.self))
    guard count * bytesEach <= bytes.count - position else { throw .malformed }
    return count
  }
}
