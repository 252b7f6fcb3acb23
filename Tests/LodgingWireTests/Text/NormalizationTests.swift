import Foundation
import LodgingWire
import Testing

@Suite("Normalization form C")
struct NormalizationTests {
  private static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  @Test(
    "decomposed letters are composed, and singletons replaced",
    arguments: [
      ("Nguye\u{302}\u{303}n", "Nguy\u{1EC5}n"), ("u\u{31B}\u{323}", "\u{1EF1}"), ("u\u{323}\u{31B}", "\u{1EF1}"), ("A\u{30A}", "\u{C5}"),
      ("\u{212B}", "\u{C5}"), ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
    ])
  func composes(text: String, expected: String) {
    #expect(Self.scalars(Normalization.nfc(text)) == Self.scalars(expected))
  }

  @Test(
    "what is composed already is left as it is",
    arguments: ["", "NGUYEN VAN AN", "Nguyễn Thị Ánh Nguyệt", "Đặng Ỷ", "Иванов", "山田太郎", "김", "🏨 12"]
  )
  func keeps(text: String) {
    #expect(Self.scalars(Normalization.nfc(text)) == Self.scalars(text))
  }

  @Test("every scalar that the fast path lets through is unchanged by Foundation, alone and after a letter")
  func fastPath() {
    for value in UInt32(1)...0xFFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "A\(scalar)"
      guard Array(text.utf8).withUnsafeBytes({ Normalization.isQuick($0) }) else { continue }
      guard text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual(text.unicodeScalars) else {
        Issue.record("U+\(String(value, radix: 16)) is not stable")
        return
      }
    }
  }
}
