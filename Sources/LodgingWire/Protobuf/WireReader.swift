package import LodgingDomain

/// Reads protobuf from borrowed bytes, field by field, and allocates nothing itself.
///
/// Safe on any bytes: every step is checked against the end, and no arithmetic on what the bytes say can overflow. A field whose wire
/// type is not the schema's is skipped like an unknown one, as protobuf has it. Groups are refused.
package struct WireReader {
  /// The whole input; ranges are offsets into it.
  package let bytes: UnsafeRawBufferPointer
  private var position: Int
  private let end: Int

  /// A field's number and wire type.
  package struct Tag {
    /// The number, at least 1.
    package let field: UInt32
    fileprivate let type: UInt32

    fileprivate static let varint: UInt32 = 0
    fileprivate static let fixed64: UInt32 = 1
    fileprivate static let lengthDelimited: UInt32 = 2
    fileprivate static let fixed32: UInt32 = 5
  }

  /// Reads all of `bytes` from `start` on, which is limited to their count.
  package init(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) {
    self.init(bytes, in: max(0, min(start, bytes.count))..<bytes.count)
  }

  /// Reads a part of `bytes`, which must lie inside them.
  package init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The offset of the next byte to read.
  package var offset: Int { position }

  /// The next field's tag, or nil at the end.
  @inline(__always)
  package mutating func nextTag() throws(WireError) -> Tag? {
    guard position < end else { return nil }
    let value = try varint()
    guard value < UInt64(UInt32.max) else { throw .malformed(.tag) }
    let tag = Tag(field: UInt32(truncatingIfNeeded: value >> 3), type: UInt32(truncatingIfNeeded: value & 7))
    guard tag.field != 0, tag.type < 6 else { throw .malformed(.tag) }
    guard tag.type != 3, tag.type != 4 else { throw .malformed(.group) }
    return tag
  }

  /// A variable-length integer of at most ten bytes; bits beyond 64 are dropped, as protobuf has it.
  @inline(__always)
  package mutating func varint() throws(WireError) -> UInt64 {
    guard position < end, bytes[position] < 0x80 else { return try longVarint() }
    position &+= 1
    return UInt64(bytes[position &- 1])
  }

  @inline(never)
  private mutating func longVarint() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70 {
      guard position < end else { throw .malformed(.truncated) }
      let byte = bytes[position]
      position &+= 1
      value |= UInt64(byte & 0x7F) &<< shift
      guard byte >= 0x80 else { return value }
      shift &+= 7
    }
    throw .malformed(.varint)
  }

  @inline(__always)
  private mutating func take(_ count: UInt64) throws(WireError) -> Range<Int> {
    guard count <= UInt64(truncatingIfNeeded: end &- position) else { throw .malformed(.truncated) }
    let start = position
    position &+= Int(truncatingIfNeeded: count)
    return start..<position
  }

  /// Skips the value of a field that is not known.
  package mutating func skip(_ tag: Tag) throws(WireError) {
    switch tag.type {
    case Tag.varint: _ = try varint()
    case Tag.fixed64: _ = try take(8)
    case Tag.fixed32: _ = try take(4)
    default: _ = try take(try varint())
    }
  }
}

extension WireReader {
  /// The value of an integer field, or nil where the field has another wire type and was skipped.
  package mutating func integer(_ tag: Tag) throws(WireError) -> UInt64? {
    guard tag.type == Tag.varint else {
      try skip(tag)
      return nil
    }
    return try varint()
  }

  /// The value of a `uint32` field; higher bits are dropped, as protobuf has it.
  package mutating func unsigned32(_ tag: Tag) throws(WireError) -> UInt32? {
    try integer(tag).map { UInt32(truncatingIfNeeded: $0) }
  }

  /// The value of a `bool` field.
  package mutating func bool(_ tag: Tag) throws(WireError) -> Bool? {
    try integer(tag).map { $0 != 0 }
  }

  /// The value of a `sint64` field.
  package mutating func signed64(_ tag: Tag) throws(WireError) -> Int64? {
    try integer(tag).map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
  }

  /// The value of a `sint32` field; higher bits are dropped, as protobuf has it.
  package mutating func signed32(_ tag: Tag) throws(WireError) -> Int32? {
    try unsigned32(tag).map { Int32(bitPattern: $0 >> 1) ^ -Int32(bitPattern: $0 & 1) }
  }

  /// The value of a `fixed64` field.
  package mutating func fixed64(_ tag: Tag) throws(WireError) -> UInt64? {
    guard tag.type == Tag.fixed64 else {
      try skip(tag)
      return nil
    }
    let range = try take(8)
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self))
  }

  /// Where the value of a `bytes` or message field lies.
  @inline(__always)
  package mutating func range(_ tag: Tag) throws(WireError) -> Range<Int>? {
    guard tag.type == Tag.lengthDelimited else {
      try skip(tag)
      return nil
    }
    return try take(try varint())
  }

  /// The values of a repeated integer field, packed or not; calls `body` for each.
  package mutating func integers(_ tag: Tag, _ body: (UInt64) throws(WireError) -> Void) throws(WireError) {
    guard tag.type == Tag.lengthDelimited else {
      if let value = try integer(tag) { try body(value) }
      return
    }
    var list = WireReader(bytes, in: try take(try varint()))
    while list.position < list.end { try body(try list.varint()) }
  }

  /// A reader over the value of a message field.
  package mutating func message(_ tag: Tag) throws(WireError) -> WireReader? {
    guard let range = try range(tag) else { return nil }
    return WireReader(bytes, in: range)
  }

  /// The value of a text field, which is at most `limit` bytes of UTF-8.
  package mutating func text(_ tag: Tag, _ field: WireField, limit: Int) throws(WireError) -> String? {
    try textPlace(tag, field, limit: limit).map(text(at:))
  }

  /// Where the value of a text field lies, which is at most `limit` bytes of UTF-8; ``text(at:)`` makes a text of it.
  mutating func textPlace(_ tag: Tag, _ field: WireField, limit: Int) throws(WireError) -> Range<Int>? {
    guard let range = try range(tag) else { return nil }
    guard range.count <= limit else { throw .tooLong(field) }
    let text = UnsafeRawBufferPointer(rebasing: bytes[range])
    guard Normalization.isQuick(text) || String(validating: text, as: UTF8.self) != nil else { throw .malformed(.text) }
    return range
  }

  /// The text at a place where one was found to be.
  func text(at place: Range<Int>) -> String {
    place.isEmpty ? "" : String(decoding: UnsafeRawBufferPointer(rebasing: bytes[place]), as: UTF8.self)
  }

  /// Reads a field of 16 bytes; one that is empty makes `id` nil, and one of another wire type leaves it as it was.
  package mutating func read(_ tag: Tag, _ field: WireField, into id: inout EventID?) throws(WireError) {
    guard let range = try range(tag) else { return }
    guard range.count == 16 || range.isEmpty else { throw .invalid(field) }
    guard !range.isEmpty else {
      id = nil
      return
    }
    id = EventID(
      high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound &+ 8, as: UInt64.self)))
  }

  /// Reads a digest's field of 16 bytes; one that is empty makes `digest` nil, and one of another wire type leaves it as it was.
  package mutating func read(_ tag: Tag, _ field: WireField, into digest: inout Digest128?) throws(WireError) {
    guard let range = try range(tag) else { return }
    guard range.count == 16 || range.isEmpty else { throw .invalid(field) }
    digest = Digest128(bytes: UnsafeRawBufferPointer(rebasing: bytes[range]))
  }

  /// The value of a time in milliseconds, which lies in the years 1 to 9999.
  package mutating func instant(_ tag: Tag, _ field: WireField) throws(WireError) -> Instant? {
    guard let milliseconds = try signed64(tag) else { return nil }
    guard WireLimits.milliseconds.contains(milliseconds) else { throw .invalid(field) }
    return Instant(milliseconds: milliseconds)
  }
}
