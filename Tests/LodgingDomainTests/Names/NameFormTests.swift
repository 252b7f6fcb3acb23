import LodgingTesting
import Testing

@testable import LodgingDomain

/// The forms of names as they are written, against the rules applied to one scalar after the other.
@Suite("Forms of names scalar by scalar")
struct NameFormTests {
  @Test("scalars become what the rules say, between letters and alone")
  func scalars() {
    // All that are in a table or near one, and some of all others.
    let values = Array(0...0x21FF as ClosedRange<UInt32>) + stride(from: 0x2200, through: 0x10FFFF, by: 97)
    for scalar in values.compactMap(Unicode.Scalar.init) {
      for name in ["\(scalar)", "a\(scalar)b", "\(scalar) \(scalar)"] {
        let isRight = Self.forms(Array(name.utf8)) == Self.expected(Array(name.utf8))
        #expect(isRight, "U+\(String(scalar.value, radix: 16)) in a name of \(name.unicodeScalars.count)")
      }
    }
  }

  @Test("names of letters and of bytes that are no UTF-8 become what the rules say", arguments: 0..<8)
  func anyBytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let pieces = ["ễ", "Đ", "ơ", "n", "A", " ", "-", "ß", "ǆ", "ɏ", "ɐ", "漢", "😀", "\u{301}", "ÿ", "Ā", "ỹ", "Ḁ"].map { Array($0.utf8) }
    for _ in 0..<1000 {
      var name: [UInt8] = []
      for _ in 0..<random.below(9) {
        var piece = pieces[random.below(pieces.count)]
        if random.below(6) == 0 { piece = Array(piece.dropLast()) }
        if random.below(8) == 0 { piece.append(UInt8(random.below(256))) }
        name += piece
      }
      #expect(Self.forms(name) == Self.expected(name), "\(name)")
    }
  }

  private static func forms(_ name: [UInt8]) -> [[UInt8]] {
    var (canonical, folded): ([UInt8], [UInt8]) = ([], [])
    return name.withUnsafeBytes { bytes in
      GuestName.appendCanonical(utf8: bytes, to: &canonical)
      GuestName.appendFolded(utf8: bytes, to: &folded)
      var room = [UInt8](repeating: 0xAA, count: GuestName.canonicalBytesMax(of: name.count))
      let count = room.withUnsafeMutableBytes { GuestName.writeCanonical(utf8: bytes, to: $0) }
      return [canonical, folded, Array(room.prefix(count))]
    }
  }

  private static func expected(_ name: [UInt8]) -> [[UInt8]] {
    let scalars = scalars(of: name)
    let canonical = form(scalars, NameScalars.canonical)
    return [canonical, form(scalars, NameScalars.folded), canonical]
  }

  private static func form(_ scalars: [UInt32], _ rule: (UInt32) -> NameScalars.Action) -> [UInt8] {
    var words: [String] = [""]
    for scalar in scalars {
      switch rule(scalar) {
      case .separate: words.append("")
      case .drop: break
      // The one mark that has an upper case, which is a letter.
      case .put(0x345): words[words.count - 1] += "\u{399}"
      case .put(let mapped): words[words.count - 1].unicodeScalars.append(Unicode.Scalar(mapped) ?? "\u{FFFD}")
      case .putPair(let first, let second): words[words.count - 1] += String(decoding: [first, second], as: UTF8.self)
      case .uppercase: words[words.count - 1] += Unicode.Scalar(scalar)?.properties.uppercaseMapping ?? "\u{FFFD}"
      }
    }
    return Array(words.filter { !$0.isEmpty }.joined(separator: " ").utf8)
  }

  /// The scalars of some bytes; each byte that begins none counts as U+FFFD.
  private static func scalars(of name: [UInt8]) -> [UInt32] {
    var scalars: [UInt32] = []
    var rest = name[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      let text = String(validating: rest.prefix(length), as: UTF8.self)
      guard let scalar = text?.unicodeScalars.first, text?.unicodeScalars.count == 1 else {
        scalars.append(0xFFFD)
        rest = rest.dropFirst()
        continue
      }
      scalars.append(scalar.value)
      rest = rest.dropFirst(length)
    }
    return scalars
  }
}
