import LodgingWire
import Testing

@Suite("The writer of protobuf's fields")
struct WireWriterTests {
  private static func bytes(_ body: (inout WireWriter) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    WireWriter.append(to: &bytes, body)
    return bytes
  }

  /// Seven bits to a byte, the lowest first, as the encoding's specification has it.
  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  @Test("Integers of every length are written in seven bits to a byte", arguments: 0..<64)
  func integers(bits: Int) {
    var generator = SeededGenerator(seed: UInt64(bits))
    let top = UInt64(1) << UInt64(bits)
    for value in [top, top - 1, top | (generator.next() & (top - 1)), top | (top - 1)] {
      #expect(Self.bytes { $0.append(varint: value) } == Self.varint(value), "\(value)")
      #expect(Self.bytes { $0.put(1, integer: value) } == (value == 0 ? [] : [8] + Self.varint(value)), "\(value)")
      #expect(Self.bytes { $0.put(31, integer: value) } == (value == 0 ? [] : [0xF8, 1] + Self.varint(value)), "\(value)")
    }
  }

  @Test("A message is written the same, whatever is known of its length before", arguments: [0, 1, 127, 128, 300, 16_383, 16_384, 20_000])
  func messages(count: Int) {
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    for known in [0, 1, 127, 128, 16_384] {
      let written = Self.bytes { writer in
        writer.append(0xEE)
        writer.put(2, atLeast: known) { message in content.withUnsafeBytes { message.append($0) } }
        writer.append(0xFF)
      }
      #expect(written == [0xEE, 0x12] + Self.varint(UInt64(count)) + content + [0xFF], "\(known) known of \(count)")
    }
  }
}
