import LodgingDomain
import Testing

@testable import LodgingWire

@Suite("The documents of notices, sealed")
struct NoticeSealTests {
  private let keys = MonthKeys.sample()
  private let id = NoticeID(random: 1, 2)

  private func document(
    _ kind: DocumentKind = .chipCard, _ number: String = "001190000001", nationality: Nationality = .vietnam
  ) throws -> NoticeDocument {
    try NoticeDocument(kind: kind, nationality: nationality, number: number)
  }

  private func seal(_ document: NoticeDocument) throws -> SealedDocument {
    try NoticeSeal.seal(document, for: id, month: keys.month, publicKey: keys.publicBytes)
  }

  @Test("What was sealed opens for its notice alone, and every box has one length and differs")
  func roundTrip() throws {
    let documents = try [
      document(), document(.passport, "C1234567"), document(.passport, "x 12-34 567", nationality: .germany),
      document(.other, String(repeating: "9", count: NoticeDocument.numberBytesMax)), document(.oldCard, "Ж1"),
    ]
    for document in documents {
      let sealed = try seal(document)
      #expect(sealed.box.count == NoticeSeal.boxBytes && NoticeSeal.open(sealed, of: id, with: keys) == document)
      #expect(NoticeSeal.open(sealed, of: NoticeID(random: 1, 3), with: keys) == nil)
      #expect(NoticeSeal.open(sealed, of: id, with: .sample()) == nil)
      #expect(NoticeSeal.open(sealed, of: id, with: .sample(keys.month.next)) == nil)
      #expect(try seal(document) != sealed)
      for place in [0, 40, sealed.box.count - 1] {
        var broken = sealed
        broken.box[place] ^= 1
        #expect(NoticeSeal.open(broken, of: id, with: keys) == nil)
      }
      #expect(NoticeSeal.open(SealedDocument(month: keys.month, box: Array(sealed.box.dropLast())), of: id, with: keys) == nil)
    }
  }

  @Test("A key that is no key, or no point to agree with, is refused")
  func publicKey() throws {
    for key in [[], Array(repeating: 0, count: 32)] as [[UInt8]] {
      #expect(throws: SealError.publicKeyRefused) {
        try NoticeSeal.seal(try document(), for: id, month: keys.month, publicKey: key)
      }
    }
  }

  @Test("A document that none can have is refused, and no refusal repeats it")
  func refused() {
    let wrong: [(DocumentKind, Nationality, String, NoticeDocument.Fault)] = [
      (.noDocument, .vietnam, "1", .kind), (.chipCard, .germany, "001190000001", .nationality),
      (.identityCard, .vietnam, "00119000000", .number),
      (.identificationNotice, .vietnam, "C1234567", .number), (.passport, .vietnam, "12", .number),
      (.passport, .germany, "AAAAAA", .number),
      (.other, .vietnam, " ", .number), (.other, .vietnam, "a\u{1B}b", .number),
      (.other, .vietnam, String(repeating: "9", count: 57), .number),
    ]
    for (kind, nationality, number, fault) in wrong {
      #expect(throws: fault) { try NoticeDocument(kind: kind, nationality: nationality, number: number) }
    }
  }

  @Test("It has the fingerprints of stays under the same document, whichever card the citizen showed")
  func fingerprints() throws {
    func value(_ kind: DocumentKind, _ nationality: Nationality, _ number: String) -> UInt64 {
      DirectoryFingerprints.sameDocument(kind: kind, nationality: nationality, number: number, key: keys.fingerprint)
    }
    #expect(try document().fingerprints(under: [keys]) == document(.identityCard).fingerprints(under: [keys]))
    #expect(try document().fingerprints(under: [keys]).map(\.value) == [value(.identificationNotice, .vietnam, "001190000001")])
    #expect(try document(.passport, "c 1234567").fingerprints(under: [keys]).map(\.value) == [value(.passport, .vietnam, "C1234567")])
    #expect(try document(.passport, "C1234567") != document(.passport, "C1234567", nationality: .germany))
    #expect(try document().fingerprints(under: [keys]).map(\.month) == [keys.month])
  }

  @Test("Neither descriptions nor dumps show the number")
  func redacted() throws {
    let document = try document()
    var dumped = ""
    dump(document, to: &dumped)
    for text in ["\(document)", String(reflecting: document), dumped] { #expect(!text.contains("001190000001")) }
  }

  @Test("Bytes that were not made from a document are none")
  func bytes() throws {
    let bytes = try document(.passport, "C1234567").bytes
    #expect(bytes.count == NoticeDocument.byteCount && NoticeDocument(bytes) != nil)
    for (place, value) in [(0, 0), (0, 10), (0, 1), (1, 0x31), (4, 60), (4, 7), (5, 0x63), (63, 1)] as [(Int, UInt8)] {
      var other = bytes
      other[place] = value
      #expect(NoticeDocument(other) == nil, "\(place)")
    }
    #expect(NoticeDocument(bytes.dropLast()) == nil && NoticeDocument([]) == nil)
  }
}
