extension SeededGenerator {
  /// A copy with one to three of the faults that transports, disks and other people's encoders make.
  mutating func mutated(_ record: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = record
    for _ in 0..<Int.random(in: 1...3, using: &self) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      switch Int.random(in: 0..<7, using: &self) {
      case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self) }
      case 1: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &self) }
      case 2: bytes.insert(UInt8.random(in: 0...255, using: &self), at: place)
      case 3: if place < bytes.count { bytes.remove(at: place) }
      case 4: bytes.removeLast(bytes.count - place)
      case 5: bytes += other
      default: bytes.insert(contentsOf: unknownField(), at: oneIn(2) ? 0 : bytes.count)
      }
    }
    return bytes
  }

  /// A field of a later version, of any wire type.
  private mutating func unknownField() -> [UInt8] {
    let number = UInt64.random(in: 31...2000, using: &self)
    switch Int.random(in: 0..<4, using: &self) {
    case 0: return varint(number << 3) + varint(next())
    case 1: return varint(number << 3 | 1) + bytes(8)
    case 2:
      let count = Int.random(in: 0...20, using: &self)
      return varint(number << 3 | 2) + varint(UInt64(count)) + bytes(count)
    default: return varint(number << 3 | 5) + bytes(4)
    }
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
