import Crypto
import Foundation
import LodgingDomain
import LodgingWire
import Testing

@Suite("Sealed identities")
struct SealTests {
  private static let month = KeyMonth(index: 24_318)
  private static let event = EventID(high: 1, low: 2)
  private static let identity = GuestIdentity(
    fullName: "Nguyễn Thị Mẫu", birthDate: nil, sex: .female, documentKind: .chipCard, documentNumber: "001190000001", phone: "0900000001",
    address: "Số 1, Phường Mẫu")

  private static func establishment(_ text: String = "hotel-1") throws -> EstablishmentID { try EstablishmentID(text) }

  /// Seals for one event and opens for perhaps another one, by the record's bytes.
  private static func open(
    _ sealed: SealedIdentity, establishment: EstablishmentID? = nil, event: EventID = event, keys: MonthKeys,
    opener: IdentityOpener
  ) throws -> GuestIdentity? {
    let (record, ranges) = try laidOut(sealed)
    let establishment = try establishment ?? self.establishment()
    return record.withUnsafeBytes { opener.open(ranges, in: $0, establishment: establishment, event: event, keys: keys) }
  }

  private static func laidOut(_ sealed: SealedIdentity) throws -> ([UInt8], SealedRanges) {
    let told = StayEvent(
      id: event, establishment: try establishment(), happened: Instant(milliseconds: 0), captured: Instant(milliseconds: 0),
      received: Instant(milliseconds: 0), channel: .api, body: .checkOut(stay: event))
    var record: [UInt8] = []
    try WireEvent.encode(told, identity: .sealed(sealed), into: &record)
    guard case .sealed(let ranges) = try WireEvent.decode(record).identity else { throw WireError.missing(.identity) }
    return (record, ranges)
  }

  @Test("what was sealed opens for its event, and each box is another one")
  func roundTrip() throws {
    let keys = MonthKeys.sample(Self.month)
    let sealer = try IdentitySealer(month: Self.month, publicKey: keys.privateKey.publicKey)
    let opener = IdentityOpener()
    let first = try sealer.seal(Self.identity, establishment: try Self.establishment(), event: Self.event)
    let second = try sealer.seal(Self.identity, establishment: try Self.establishment(), event: Self.event)
    #expect(first.envelope == second.envelope && first.envelope.count == 80)
    #expect(first.nonce != second.nonce && first.ciphertext != second.ciphertext)
    for sealed in [first, second] {
      #expect(try Self.open(sealed, keys: keys, opener: opener) == Self.identity)
    }
    #expect(opener.envelopesHeld == 1)
  }

  @Test("a box opens for no other event, establishment or key")
  func binding() throws {
    let keys = MonthKeys.sample(Self.month)
    let sealed = try IdentitySealer(month: Self.month, publicKey: keys.privateKey.publicKey)
      .seal(Self.identity, establishment: try Self.establishment(), event: Self.event)
    let opener = IdentityOpener()
    #expect(try Self.open(sealed, event: EventID(high: 1, low: 3), keys: keys, opener: opener) == nil)
    #expect(try Self.open(sealed, establishment: try Self.establishment("hotel-2"), keys: keys, opener: opener) == nil)
    let other = IdentityOpener()
    #expect(try Self.open(sealed, keys: MonthKeys.sample(Self.month), opener: other) == nil)
    #expect(try Self.open(sealed, keys: keys, opener: opener) == Self.identity)
  }

  @Test("a change of any one byte of the box makes it unreadable")
  func tampering() throws {
    let keys = MonthKeys.sample(Self.month)
    let sealed = try IdentitySealer(month: Self.month, publicKey: keys.privateKey.publicKey)
      .seal(Self.identity, establishment: try Self.establishment(), event: Self.event)
    let opener = IdentityOpener()
    for index in sealed.ciphertext.indices {
      var changed = sealed
      changed.ciphertext[index] ^= 1
      #expect(try Self.open(changed, keys: keys, opener: opener) == nil)
    }
    for index in sealed.nonce.indices {
      var changed = sealed
      changed.nonce[index] ^= 1
      #expect(try Self.open(changed, keys: keys, opener: opener) == nil)
    }
    for index in [0, 31, 32, 63, 64, 79] {
      var changed = sealed
      changed.envelope[index] ^= 1
      #expect(try Self.open(changed, keys: keys, opener: opener) == nil)
    }
  }

  @Test("a box that holds no identity is unreadable, not an error")
  func notAnIdentity() throws {
    let keys = MonthKeys.sample(Self.month)
    var sealed = try IdentitySealer(month: Self.month, publicKey: keys.privateKey.publicKey)
      .seal(Self.identity, establishment: try Self.establishment(), event: Self.event)
    let dataKey = try #require(keys.recipient.open(sealed.envelope, for: .dataKey))
    let bound = Array("hotel-1".utf8) + [0] + [UInt8](repeating: 0, count: 7) + [1] + [UInt8](repeating: 0, count: 7) + [2]
    let box = try AES.GCM.seal([0xFF, 0xFF], using: SymmetricKey(data: dataKey), authenticating: bound)
    sealed.nonce = Array(box.nonce)
    sealed.ciphertext = Array(box.ciphertext) + Array(box.tag)
    let opener = IdentityOpener()
    #expect(try Self.open(sealed, keys: keys, opener: opener) == nil)
  }

  @Test("data keys are bounded, the ones in use stay, and a destroyed month's go")
  func bound() throws {
    let keys = MonthKeys.sample(Self.month)
    let opener = IdentityOpener(envelopesMax: 8)
    let steady = try IdentitySealer(month: Self.month, publicKey: keys.privateKey.publicKey)
    for _ in 0..<30 {
      let passing = try IdentitySealer(month: Self.month.next, publicKey: keys.privateKey.publicKey)
      for sealer in [steady, passing] {
        let sealed = try sealer.seal(Self.identity, establishment: try Self.establishment(), event: Self.event)
        #expect(try Self.open(sealed, keys: keys, opener: opener) == Self.identity)
      }
      #expect(opener.envelopesHeld <= 8)
    }
    // Its data key is still held: it opens although the private key that is given is another one.
    let held = try steady.seal(Self.identity, establishment: try Self.establishment(), event: Self.event)
    #expect(try Self.open(held, keys: MonthKeys.sample(Self.month), opener: opener) == Self.identity)
    #expect(opener.months == [Self.month])
    opener.forget(Self.month)
    #expect(opener.months.isEmpty)
    #expect(try Self.open(held, keys: MonthKeys.sample(Self.month), opener: opener) == nil)
  }

  @Test("the ciphertext's length does not tell the name's length")
  func lengths() throws {
    let sealer = try IdentitySealer(month: Self.month, publicKey: MonthKeys.sample().privateKey.publicKey)
    let lengths = try (21...60).map { length in
      var identity = Self.identity
      identity.fullName = String(repeating: "a", count: length)
      return try sealer.seal(identity, establishment: try Self.establishment(), event: Self.event).ciphertext.count
    }
    #expect(Set(lengths) == [128 + 16])
  }

  @Test("what cannot be sealed is refused for what it is")
  func refusals() throws {
    // The all-zero point, with which every agreement gives the same secret.
    let zero = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: Data(count: 32))
    #expect(throws: SealError.publicKeyRefused) { try IdentitySealer(month: Self.month, publicKey: zero) }
    var identity = Self.identity
    identity.note = String(repeating: "n", count: 513)
    let sealer = try IdentitySealer(month: Self.month, publicKey: MonthKeys.sample().privateKey.publicKey)
    #expect(throws: SealError.identityRefused) {
      try sealer.seal(identity, establishment: try Self.establishment(), event: Self.event)
    }
  }
}
