/// The fields of one protobuf message, read by twenty lines of the simulation's own.
struct ProtoFields {
  private var numbers: [UInt64: UInt64] = [:]
  private var pieces: [UInt64: ArraySlice<UInt8>] = [:]

  /// Nil where the bytes are no message.
  init?(_ bytes: ArraySlice<UInt8>) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard let tag = Self.varint(bytes, &index) else { return nil }
      switch tag & 7 {
      case 0:
        guard let value = Self.varint(bytes, &index) else { return nil }
        numbers[tag >> 3] = value
      case 1:
        guard bytes.endIndex - index >= 8 else { return nil }
        var value: UInt64 = 0
        for place in 0..<8 { value |= UInt64(bytes[index + place]) << UInt64(8 * place) }
        numbers[tag >> 3] = value
        index += 8
      case 2:
        guard let count = Self.varint(bytes, &index), bytes.endIndex - index >= count else { return nil }
        pieces[tag >> 3] = bytes[index..<index + Int(count)]
        index += Int(count)
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

  private static func varint(_ bytes: ArraySlice<UInt8>, _ index: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      guard index < bytes.endIndex else { return nil }
      let byte = bytes[index]
      index += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
