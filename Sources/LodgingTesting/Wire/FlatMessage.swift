/// The fields of a protobuf message, for tests that must not agree with a mistake of the code under test.
package struct FlatMessage: Sendable {
  /// Numbers by field, as they are encoded.
  package private(set) var numbers: [Int: UInt64] = [:]
  /// Texts, bytes and messages by field; the last of each.
  package private(set) var pieces: [Int: [UInt8]] = [:]

  /// Nil where the bytes are no message of numbers and pieces.
  package init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let tag = Self.varint(&rest), tag & 7 == 0 || tag & 7 == 2, let value = Self.varint(&rest) else { return nil }
      guard tag & 7 == 2 else {
        numbers[Int(tag >> 3)] = value
        continue
      }
      guard value <= rest.count else { return nil }
      pieces[Int(tag >> 3)] = Array(rest.prefix(Int(value)))
      rest = rest.dropFirst(Int(value))
    }
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return value }
    }
    return nil
  }
}
