import LodgingDomain
import Testing

@Suite("Establishment identifiers")
struct EstablishmentIDTests {
  @Test("an identifier of any length gives back its own bytes, and is written by no others", arguments: 1...32)
  func bytes(length: Int) throws {
    let letters = Array("HN-0001.a_Zb9HN-0001.a_Zb9HN-000".utf8.prefix(length))
    let id = try letters.withUnsafeBytes { bytes throws(EstablishmentIDError) in try EstablishmentID(utf8: bytes) }
    #expect(id.withUTF8 { Array($0) } == letters)
    #expect(id.description == String(decoding: letters, as: UTF8.self))
    #expect(letters.withUnsafeBytes { id.isWritten($0) })
    for other in [Array(letters.dropLast()), letters + [0], letters + letters, Array(letters.dropLast()) + [0], letters.map { $0 ^ 1 }] {
      #expect(other.withUnsafeBytes { !id.isWritten($0) }, "\(other)")
    }
  }

  @Test("identifiers are in the order of their bytes, wherever they begin to differ", arguments: 0..<32)
  func order(place: Int) throws {
    let head = String("ZYXWVUTSRQPONMLKJIHGFEDCBA987654".prefix(place))
    let texts = ["", "-", "-z", ".", "0", "9", "A", "Z", "_", "a", "z", "zA"].map { head + $0 }.filter { (1...32).contains($0.utf8.count) }
    let ids = try texts.map { try EstablishmentID($0) }
    for (index, id) in ids.enumerated() {
      #expect(ids.map { $0 < id } == ids.indices.map { $0 < index }, "\(id)")
    }
  }

  @Test("what is no identifier is refused with its reason")
  func refused() {
    #expect(throws: EstablishmentIDError.empty) { try EstablishmentID("") }
    #expect(throws: EstablishmentIDError.tooLong) { try EstablishmentID(String(repeating: "A", count: 33)) }
    for text in ["HN 1", "HN/1", "Hà", "HN\u{0}"] {
      #expect(throws: EstablishmentIDError.characterNotAllowed, "\(text)") { try EstablishmentID(text) }
    }
  }
}
