package import LodgingDomain

/// Fills memory with fixed-width little-endian values, never beyond its end.
package struct FixedWriter {
  private var next: UnsafeMutableRawPointer?
  private var left: Int

  /// Begins at the start of memory, which is borrowed.
  package init(_ memory: UnsafeMutableRawBufferPointer) { (next, left) = (memory.baseAddress, memory.count) }

  /// So many bytes, which `fill` fills from the first to the last.
  package static func bytes(_ count: Int, _ fill: (inout FixedWriter) -> Void) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { memory, filled in
      var writer = FixedWriter(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(memory)[..<count]))
      fill(&writer)
      precondition(writer.left == 0, "as many bytes as were announced")
      filled = count
    }
  }

  package mutating func put(_ value: some FixedWidthInteger) {
    take(MemoryLayout.size(ofValue: value)).storeBytes(of: value.littleEndian, as: type(of: value))
  }

  /// The bytes of a number from the highest to the lowest, so that their order is that of numbers.
  package mutating func put(bigEndian value: some FixedWidthInteger) { put(value.byteSwapped) }

  mutating func put(_ id: EventID) {
    put(id.high)
    put(id.low)
  }

  /// What is remembered of an event, in ``recordBytes``.
  package mutating func put(_ record: RegisteredEvent) {
    put(record.source)
    put(record.digest, record.month)
    put(record.outcome.rawValue)
    put(record.codes.rawValue)
    put(UInt8(record.isCheckIn ? 1 : 0))
    put(record.registered.milliseconds)
  }

  /// What ``put(_:)-(RegisteredEvent)`` takes.
  package static let recordBytes = 46

  /// A digest and the month whose key made it, in ``digestBytes``.
  package mutating func put(_ digest: Digest128, _ month: KeyMonth) {
    put(digest.first)
    put(digest.second)
    put(month.index)
  }

  /// What ``put(_:_:)`` takes.
  package static let digestBytes = 20

  /// Bytes as they are.
  package mutating func put(raw bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    take(bytes.count).copyMemory(from: start, byteCount: bytes.count)
  }

  /// Text in ``textBytes(_:)``, behind its length.
  mutating func put(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      let utf8 = UnsafeRawBufferPointer(utf8).prefix(Self.textBytesMax)
      put(UInt16(utf8.count))
      put(raw: UnsafeRawBufferPointer(rebasing: utf8))
    }
  }

  /// What a text takes: at most 65,535 bytes of it are written, and the domain's limits are far below.
  static func textBytes(_ text: String) -> Int { 2 + min(text.utf8.count, textBytesMax) }

  private static let textBytesMax = Int(UInt16.max)

  private mutating func take(_ count: Int) -> UnsafeMutableRawPointer {
    precondition(left >= count, "no more bytes than were announced")
    guard let start = next else { preconditionFailure("memory without an address has no bytes") }
    next = start + count
    left -= count
    return start
  }
}

/// Takes fixed-width little-endian values from borrowed bytes, never beyond their end.
package struct FixedReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take<Value: FixedWidthInteger>(_ type: Value.Type) throws(SnapshotError) -> Value {
    let size = MemoryLayout<Value>.size
    guard bytes.count - position >= size else { throw .malformed }
    defer { position += size }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
  }

  mutating func takeID() throws(SnapshotError) -> EventID {
    EventID(high: try take(UInt64.self), low: try take(UInt64.self))
  }

  /// What is remembered of an event.
  package mutating func takeRecord() throws(SnapshotError) -> RegisteredEvent {
    let source = try take(Int64.self)
    let (digest, month) = try takeDigest()
    let outcome = Outcome(rawValue: try take(UInt8.self))
    let codes = CodeSet(rawValue: try take(UInt64.self))
    let isCheckIn = try take(UInt8.self) == 1
    let registered = Instant(milliseconds: try take(Int64.self))
    guard let outcome else { throw .malformed }
    return RegisteredEvent(
      source: source, digest: digest, month: month, outcome: outcome, codes: codes, isCheckIn: isCheckIn, registered: registered)
  }

  /// A digest and the month whose key made it.
  package mutating func takeDigest() throws(SnapshotError) -> (digest: Digest128, month: KeyMonth) {
    let digest = Digest128(first: try take(UInt64.self), second: try take(UInt64.self))
    return (digest, KeyMonth(index: try take(UInt32.self)))
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
