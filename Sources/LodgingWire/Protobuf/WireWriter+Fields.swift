package import LodgingDomain

/// The fields of protobuf messages, in the order of the calls, default values left out, as protobuf's own canonical writers do.
extension WireWriter {
  @inline(__always)
  private mutating func append(field: UInt32, type: UInt32) {
    append(varint: UInt64(field << 3 | type))
  }

  /// Writes an integer field unless it is 0.
  package mutating func put(_ field: UInt32, integer value: UInt64) {
    guard value != 0 else { return }
    append(field: field, type: 0)
    append(varint: value)
  }

  /// Writes an integer field, also where it is 0.
  package mutating func put(_ field: UInt32, present value: UInt64) {
    append(field: field, type: 0)
    append(varint: value)
  }

  /// Writes a `uint32` field unless it is 0.
  package mutating func put(_ field: UInt32, _ value: UInt32) { put(field, integer: UInt64(value)) }

  /// Writes a `bool` field if it is true.
  package mutating func put(_ field: UInt32, _ value: Bool) { put(field, integer: value ? 1 : 0) }

  /// Writes a `sint64` field unless it is 0.
  package mutating func put(_ field: UInt32, signed value: Int64) {
    put(field, integer: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// Writes a `sint32` field unless it is 0.
  package mutating func put(_ field: UInt32, signed value: Int32) {
    put(field, integer: UInt64(UInt32(bitPattern: value << 1 ^ value >> 31)))
  }

  /// Writes a `fixed64` field unless it is 0.
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
  package mutating func put(_ field: UInt32, _ id: EventID) {
    append(field: field, type: 2)
    append(UInt8(2 * MemoryLayout<UInt64>.size))
    append(littleEndian: id.high.byteSwapped)
    append(littleEndian: id.low.byteSwapped)
  }

  /// Writes a digest as 16 bytes.
  package mutating func put(_ field: UInt32, _ digest: Digest128) {
    append(field: field, type: 2)
    append(UInt8(2 * MemoryLayout<UInt64>.size))
    append(littleEndian: digest.first)
    append(littleEndian: digest.second)
  }

  /// Writes a time unless it is the epoch.
  package mutating func put(_ field: UInt32, _ instant: Instant) { put(field, signed: instant.milliseconds) }

  /// Writes `count` zero bytes as a `bytes` field.
  package mutating func put(_ field: UInt32, zeros count: Int) {
    append(field: field, type: 2)
    append(varint: UInt64(count))
    append(zeros: count)
  }

  /// Writes a message or packed field whose content `body` appends; it is written also where it is empty.
  package mutating func put(_ field: UInt32, message body: (inout WireWriter) -> Void) {
    append(field: field, type: 2)
    // Room for a length of one byte; longer content is moved, which costs less than measuring it first.
    let place = count
    append(0)
    body(&self)
    replaceByte(at: place, withVarint: UInt64(count - place - 1))
  }

  /// Writes one packed integer inside `put(_:message:)`.
  package mutating func putPacked(_ value: UInt64) { append(varint: value) }
}
