import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Identities as bytes")
struct BorrowedIdentityTests {
  private static func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

  /// The identity that a message is read as, or nil; equal by scalars, which the equality of strings is not.
  private static func read(_ message: [UInt8]) -> (identity: GuestIdentity, texts: [[Unicode.Scalar]])? {
    var found: GuestIdentity?
    message.withUnsafeBytes { bytes in try? WireIdentity.read(bytes) { found = GuestIdentity($0) } }
    return found.map { ($0, texts($0)) }
  }

  private static func texts(_ identity: GuestIdentity) -> [[Unicode.Scalar]] {
    [
      identity.fullName, identity.documentNumber, identity.documentName, identity.machineReadableZone, identity.phone, identity.address,
      identity.reasonText, identity.note,
    ].map(scalars)
  }

  @Test("an identity is the same as bytes and as strings, and texts come out in normalization form C", arguments: 0..<4)
  func reading(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<300 {
      let identity = generator.oddIdentity()
      let message: [UInt8] = try ProtoOracle.identity(identity).serializedBytes()
      let isTaken = Self.texts(identity).allSatisfy { $0.reduce(0) { $0 + $1.utf8.count } <= 512 }
      let read = Self.read(message)
      #expect((read != nil) == isTaken, "seed \(seed)")
      guard let read else { continue }
      #expect(try read.identity == WireIdentity.decode(message), "seed \(seed)")
      let composed = Self.texts(identity).map { text in
        var string = String.UnicodeScalarView()
        string.append(contentsOf: text)
        return Self.scalars(String(string).precomposedStringWithCanonicalMapping)
      }
      #expect(read.texts == composed, "seed \(seed)")
      #expect(identity.withBorrowed { Self.texts(GuestIdentity($0)) } == Self.texts(identity), "seed \(seed)")
    }
  }

  @Test("a text is taken exactly where it is UTF-8", arguments: 0..<4)
  func illFormed(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let leads: [UInt8] = [0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC3, 0xCB, 0xCC, 0xDF, 0xE0, 0xE1, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        generator.oneIn(2) ? leads.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0x80...0xBF, using: &generator)
      }
      let message = [32, 4, 10, UInt8(text.count)] + text
      #expect((Self.read(message) != nil) == (String(validating: text, as: UTF8.self) != nil), "\(text)")
    }
  }

  @Test("what is quickly taken for well-formed is", arguments: 0xC0...0xFF as ClosedRange<UInt8>)
  func quick(lead: UInt8) {
    for second in 0x00...0xFF as ClosedRange<UInt8> {
      for third in [0x00, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xFF] as [UInt8] {
        for text in [[lead, second], [lead, second, third], [lead], [0x41, 0x41, lead, second, third, 0x41, 0x41, 0x41, 0x41]] {
          guard text.withUnsafeBytes({ Normalization.isQuick($0) }) else { continue }
          #expect(String(validating: text, as: UTF8.self) != nil, "\(text)")
        }
      }
    }
  }

  @Test("every field is examined as the rules say, on both sides of their limits", arguments: 0..<4)
  func examination(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let days = [20_634, 20_635, 20_777].map { CivilDate(daysSinceEpoch: $0) }
    for _ in 0..<500 {
      let identity = generator.oddIdentity()
      let (day, reason) = (days.randomElement(using: &generator) ?? days[0], UInt8.random(in: 19...21, using: &generator))
      let examination = IdentityExamination(identity, arrivalDay: day, reason: reason)
      let expected =
        IdentityOracle.problems(identity, arrivalDay: day, reason: reason)
        + IdentityOracle.unfitTexts(identity).map { FieldProblem($0, .fieldInvalid) }
      #expect(examination.problems == expected, "seed \(seed)")
      let isMinor = identity.birthDate.map { (1870...).contains($0.year) && $0.earliest <= day && $0.earliest.age(on: day) < 18 }
      #expect(examination.isMinor == (isMinor == true), "seed \(seed)")
      let hasExpired = identity.documentExpiry.map { $0 < day } == true
      let flags = identity.documentKind == .noDocument ? CodeSet(.documentNone) : hasExpired ? CodeSet(.documentExpired) : []
      #expect(examination.flags == flags, "seed \(seed)")
      let isPersonal = identity.documentKind.carriesPersonalNumber || identity.documentKind == .oldCard
      #expect(examination.personalNumber == (isPersonal ? try? PersonalNumber(identity.documentNumber) : nil), "seed \(seed)")
    }
  }

  @Test("the digest of an identity is the same from strings, from bytes and from its definition", arguments: 0..<4)
  func digest(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let key = SipKey.random(using: &generator)
    let stay = generator.eventID()
    let event = StayEvent(
      id: generator.eventID(), establishment: try EstablishmentID("hotel-1"), happened: Instant(milliseconds: 7),
      captured: Instant(milliseconds: 8), received: Instant(milliseconds: 9), ownReference: "Ơ 7", channel: .api,
      body: .checkOut(stay: stay))
    for _ in 0..<300 {
      let identity = generator.oddIdentity()
      let content = IdentityOracle.content(checkOutOf: stay, event) + IdentityOracle.content(identity)
      let expected = content.withUnsafeBytes { KeyedHash.digest(key: key, bytes: $0) }
      #expect(ContentDigest().make(event: event, identity: identity, key: key) == expected, "seed \(seed)")
      let message: [UInt8] = try ProtoOracle.identity(identity).serializedBytes()
      var digest: Digest128? = expected
      message.withUnsafeBytes { bytes in
        try? WireIdentity.read(bytes) { digest = ContentDigest().make(event: event, identity: $0, key: key) }
      }
      #expect(digest == expected, "seed \(seed)")
    }
  }

  @Test("fingerprints are those of their definition, from strings and from bytes", arguments: 0..<4)
  func fingerprints(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let key = SipKey.random(using: &generator)
    let month = MonthKeys.sample()
    var directory = DirectoryFingerprints(key: key)
    for _ in 0..<300 {
      let identity = generator.oddIdentity().normalized
      let nationality: Nationality = generator.oneIn(2) ? .vietnam : .germany
      let document = IdentityOracle.sameDocument(identity, nationality, key: month.fingerprint)
      let number = identity.documentNumber
      #expect(
        DirectoryFingerprints.sameDocument(kind: identity.documentKind, nationality: nationality, number: number, key: month.fingerprint)
          == document)
      identity.withBorrowed {
        var found: [DocumentFingerprint] = []
        DirectoryFingerprints.appendSameDocument(
          kind: $0.documentKind, nationality: nationality, number: $0.documentNumber, under: [month, month], to: &found)
        #expect(found == Array(repeating: DocumentFingerprint(month: month.month, value: document), count: 2))
        #expect(directory.rowKey(ofDocument: $0.documentNumber) == IdentityOracle.row(ofDocument: number, key: key))
      }
      #expect(directory.rowKey(ofDocument: number) == IdentityOracle.row(ofDocument: number, key: key))
      let row = generator.next()
      let person = directory.person(row: row, name: identity.fullName, birthDate: identity.birthDate, sex: identity.sex)
      #expect(person == IdentityOracle.person(identity, row: row, key: key))
    }
  }
}
