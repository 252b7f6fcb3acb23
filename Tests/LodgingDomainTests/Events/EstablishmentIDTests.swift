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

  @Test("what is no identifier is refused with its reason")
  func refused() {
    #expect(throws: EstablishmentIDError.empty) { try EstablishmentID("") }
    #expect(throws: EstablishmentIDError.tooLong) { try EstablishmentID(String(repeating: "A", count: 33)) }
    for text in ["HN 1", "HN/1", "Hà", "HN\u{0}"] {
      #expect(throws: EstablishmentIDError.characterNotAllowed, "\(text)") { try EstablishmentID(text) }
    }
  }
}
