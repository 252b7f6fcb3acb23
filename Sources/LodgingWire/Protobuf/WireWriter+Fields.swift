package import LodgingDomain

/// The fields of protobuf messages, in the order of the calls, default values left out, as protobuf's own canonical writers do.
extension WireWriter {
  @inline(__always)
  private mutating func append(field: UInt32, type: UInt32) {
    append(varint: UInt64(field << 3 | type))
  }

  /// Writes an integer field unless it is 0.
  @inline(__always)
  package mutating func put(_ field: UInt32, integer value: UInt64) {
    guard value != 0 else { return }
    // Both in one step where each is one byte, as most are.
    if field < 0x10, value < 0x80 { return append(littleEndian: UInt16(truncatingIfNeeded: value << 8) | UInt16(field << 3)) }
    append(field: field, type: 0)
    append(varint: value)
  }

  /// Writes an integer field, also where it is 0.
  package mutating func put(_ field: UInt32, present value: UInt64) {
    append(field: field, type: 0)
    append(varint: value)
  }

  /// Writes a `uint32` field unless it is 0.
  @inline(__always)
  package mutating func put(_ field: UInt32, _ value: UInt32) { put(field, integer: UInt64(value)) }

  /// Writes a `bool` field if it is true.
  @inline(__always)
  package mutating func put(_ field: UInt32, _ value: Bool) { put(field, integer: value ? 1 : 0) }

  /// Writes a `sint64` field unless it is 0.
  @inline(__always)
  package mutating func put(_ field: UInt32, signed value: Int64) {
    put(field, integer: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// Writes a `sint32` field unless it is 0.
  package mutating func put(_ field: UInt32, signed value: Int32) {
    put(field, integer: UInt64(UInt32(bitPattern: value << 1 ^ value >> 31)))
  }

  /// Writes a `fixed64` field unless it is 0.
  @inline(__always)
  package mutating func put(_ field: UInt32, fixed value: UInt64) {
    guard value != 0 else { return }
    append(field: field, type: 1)
    append(littleEndian: value)
  }

  /// Writes a `bytes` field, also where it is empty.
  package mutating func put(_ field: UInt32, bytes content: UnsafeRawBufferPointer) {
    append(field: field, type: 2)
    append(varint: UInt64(content.count))
    append(content)
  }

  /// Writes a `bytes` field unless it is empty.
  package mutating func put(_ field: UInt32, bytes content: [UInt8]) {
    guard !content.isEmpty else { return }
    content.withUnsafeBytes { put(field, bytes: $0) }
  }

  /// Writes a text field unless it is empty.
  package mutating func put(_ field: UInt32, _ text: String) {
    guard !text.isEmpty else { return }
    var copy = text
    copy.withUTF8 { put(field, bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Writes an identifier as 16 bytes.
  @inline(__always)
  package mutating func put(_ field: UInt32, _ id: EventID) { put(field, words: id.high.byteSwapped, id.low.byteSwapped) }

  /// Writes a digest as 16 bytes.
  @inline(__always)
  package mutating func put(_ field: UInt32, _ digest: Digest128) { put(field, words: digest.first, digest.second) }

  @inline(__always)
  private mutating func put(_ field: UInt32, words first: UInt64, _ second: UInt64) {
    append(field: field, type: 2)
    append(UInt8(2 * MemoryLayout<UInt64>.size))
    append(littleEndian: first)
    append(littleEndian: second)
  }

  /// Writes a time unless it is the epoch.
  @inline(__always)
  package mutating func put(_ field: UInt32, _ instant: Instant) { put(field, signed: instant.milliseconds) }

  /// Writes `count` zero bytes as a `bytes` field.
  package mutating func put(_ field: UInt32, zeros count: Int) {
    append(field: field, type: 2)
    append(varint: UInt64(count))
    append(zeros: count)
  }

  /// Writes a message or packed field whose content `body` appends; it is written also where it is empty.
  ///
  /// What is longer than its length was given room for is moved, which costs less than measuring it first; `atLeast` says of how many bytes
  /// it is known before.
  @inline(__always)
  package mutating func put(_ field: UInt32, atLeast known: Int = 0, message body: (inout WireWriter) -> Void) {
    append(field: field, type: 2)
    let start = count
    append(zeros: Self.varintBytes(UInt64(known)))
    let end = count
    body(&self)
    replace(start..<end, withVarint: UInt64(count - end))
  }

  /// Writes one packed integer inside `put(_:message:)`.
  package mutating func putPacked(_ value: UInt64) { append(varint: value) }
}
