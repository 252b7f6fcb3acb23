/// The fields of one protobuf message, read by twenty lines of the simulation's own.
struct ProtoFields {
  private var numbers: [UInt64: UInt64] = [:]
  private var pieces: [UInt64: ArraySlice<UInt8>] = [:]

  /// Nil where the bytes are no message.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      guard let tag = Self.varint(&rest) else { return nil }
      switch tag & 7 {
      case 0:
        guard let value = Self.varint(&rest) else { return nil }
        numbers[tag >> 3] = value
      case 1:
        guard rest.count >= 8 else { return nil }
        numbers[tag >> 3] = rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        rest = rest.dropFirst(8)
      case 2:
        guard let count = Self.varint(&rest), rest.count >= count else { return nil }
        pieces[tag >> 3] = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
      default: return nil
      }
    }
  }

  /// An unsigned number; 0 where it is absent.
  func number(_ field: UInt64) -> UInt64 { numbers[field] ?? 0 }

  /// A zigzag number; 0 where it is absent.
  func signed(_ field: UInt64) -> Int64 {
    let value = number(field)
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Bytes or a message; nil where it is absent.
  func piece(_ field: UInt64) -> ArraySlice<UInt8>? { pieces[field] }

  /// A message; nil where it is absent or none.
  func message(_ field: UInt64) -> ProtoFields? { pieces[field].flatMap { ProtoFields($0) } }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
