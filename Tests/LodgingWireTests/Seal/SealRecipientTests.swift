import Crypto
import Foundation
import LodgingDomain
import LodgingWire
import Testing

/// Holds our key schedule against RFC 9180's vectors and against swift-crypto's HPKE.
@Suite("Recipients of what is sealed")
struct SealRecipientTests {
  private static let suite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
  private static let plain = Array("thirty-two bytes of a data key..".utf8)

  private static func seal(
    _ plain: [UInt8] = plain, to recipient: SealRecipient, for purpose: SealPurpose = .dataKey, authenticating data: [UInt8] = []
  ) throws -> [UInt8] {
    var sender = try HPKE.Sender(recipientKey: recipient.key.publicKey, ciphersuite: suite, info: purpose.info)
    let box = try sender.seal(plain, authenticating: data)
    return Array(sender.encapsulatedKey) + Array(box)
  }

  @Test("the published vector for our suite opens, for its purpose and data alone")
  func publishedVector() throws {
    // RFC 9180's accompanying test vectors (test-vectors.json), mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002, first encryption.
    let secret = bytes("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d")
    let recipient = SealRecipient(try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret))
    #expect(recipient.publicBytes == bytes("430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c"))
    let sealed =
      bytes("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256")
      + bytes("e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a")
    let purpose = SealPurpose(info: Data(bytes("4f6465206f6e2061204772656369616e2055726e")))
    let data = Array("Count-0".utf8)
    #expect(recipient.open(sealed, for: purpose, authenticating: data) == Array("Beauty is truth, truth beauty".utf8))
    #expect(recipient.open(sealed, for: SealPurpose(info: Data()), authenticating: data) == nil)
    #expect(recipient.open(sealed, for: purpose, authenticating: Array("Count-1".utf8)) == nil)
    #expect(recipient.open(sealed, for: purpose) == nil)
  }

  @Test("what swift-crypto seals opens, whatever its length, purpose and data", arguments: [0, 1, 16, 32, 64, 200])
  func agreement(length: Int) throws {
    var generator = SeededGenerator(seed: UInt64(length))
    for purpose in [.dataKey, .noticeDocument, SealPurpose(info: Data()), SealPurpose(info: Data(generator.bytes(128)))] {
      let recipient = SealRecipient(Curve25519.KeyAgreement.PrivateKey())
      let (plain, data) = (generator.bytes(length), generator.bytes(length % 33))
      let sealed = try Self.seal(plain, to: recipient, for: purpose, authenticating: data)
      #expect(recipient.open(sealed, for: purpose, authenticating: data) == plain)
    }
  }

  @Test("swift-crypto opens our sealers' envelopes to the same data key")
  func envelopes() throws {
    let keys = MonthKeys.sample()
    let envelope = try IdentitySealer(month: keys.month, publicKey: keys.publicBytes).envelope
    var theirs = try HPKE.Recipient(
      privateKey: keys.privateKey, ciphersuite: Self.suite, info: SealPurpose.dataKey.info, encapsulatedKey: Data(envelope[..<32]))
    #expect(try Array(theirs.open(envelope[32...])) == keys.recipient.open(envelope, for: .dataKey))
  }

  @Test("nothing opens that was changed or cut, for another key, purpose or data")
  func refusals() throws {
    let recipient = SealRecipient(Curve25519.KeyAgreement.PrivateKey())
    let sealed = try Self.seal(to: recipient, authenticating: [1, 2])
    func opens(
      _ sealed: [UInt8], to recipient: SealRecipient = recipient, for purpose: SealPurpose = .dataKey, with data: [UInt8] = [1, 2]
    ) -> Bool {
      recipient.open(sealed, for: purpose, authenticating: data) != nil
    }
    #expect(opens(sealed))
    for bit in 0..<8 * sealed.count {
      var changed = sealed
      changed[bit / 8] ^= 1 << (bit % 8)
      #expect(!opens(changed), "bit \(bit)")
    }
    for count in 0..<sealed.count { #expect(!opens(Array(sealed.prefix(count))), "\(count)") }
    #expect(!opens(sealed + [0]))
    #expect(!opens(sealed, to: SealRecipient(Curve25519.KeyAgreement.PrivateKey())))
    #expect(!opens(sealed, for: .noticeDocument))
    for data in [[1, 3], [], [1, 2, 0]] as [[UInt8]] { #expect(!opens(sealed, with: data)) }
  }

  @Test("the highest bit of an encapsulated key is no part of the point, but of what is derived")
  func highestBit() throws {
    let recipient = SealRecipient(Curve25519.KeyAgreement.PrivateKey())
    var sealed = try Self.seal(to: recipient)
    sealed[31] ^= 0x80
    #expect(recipient.open(sealed, for: .dataKey) == nil)
    #expect(throws: (any Error).self) {
      var theirs = try HPKE.Recipient(
        privateKey: recipient.key, ciphersuite: Self.suite, info: SealPurpose.dataKey.info, encapsulatedKey: Data(sealed[..<32]))
      _ = try theirs.open(sealed[32...])
    }
  }

  @Test(
    "a box of a sender whose point gives zeros to everybody is refused, though swift-crypto opens it",
    arguments: [
      // The points of low order (RFC 7748, section 6.1, refers to them), in all their encodings below 2^255.
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
  func lowOrder(point: String) throws {
    let recipient = SealRecipient(Curve25519.KeyAgreement.PrivateKey())
    let encapsulated = bytes(point)
    let sealed = encapsulated + (try Self.box(agreed: [UInt8](repeating: 0, count: 32), encapsulated: encapsulated, to: recipient))
    var theirs = try HPKE.Recipient(
      privateKey: recipient.key, ciphersuite: Self.suite, info: SealPurpose.dataKey.info, encapsulatedKey: Data(encapsulated))
    #expect(try Array(theirs.open(sealed[32...])) == Self.plain)
    #expect(recipient.open(sealed, for: .dataKey) == nil)
    let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: encapsulated)
    #expect(throws: SealError.publicKeyRefused) { try IdentitySealer(month: KeyMonth(index: 1), publicKey: key) }
  }

  /// A box under a secret that was agreed on, by swift-crypto's HKDF.
  private static func box(agreed: [UInt8], encapsulated: [UInt8], to recipient: SealRecipient) throws -> Data {
    let (kem, hpke) = (Array("KEM".utf8) + [0, 0x20], Array("HPKE".utf8) + [0, 0x20, 0, 1, 0, 2])
    func extract(_ salt: SymmetricKey?, _ suite: [UInt8], _ label: String, _ secret: [UInt8]) -> SymmetricKey {
      let labeled = Array("HPKE-v1".utf8) + suite + Array(label.utf8) + secret
      let salt = salt.map { key in key.withUnsafeBytes { Array($0) } } ?? []
      return SymmetricKey(data: HKDF<SHA256>.extract(inputKeyMaterial: SymmetricKey(data: labeled), salt: salt))
    }
    func expand(_ key: SymmetricKey, _ suite: [UInt8], _ label: String, _ info: [UInt8], _ count: Int) -> SymmetricKey {
      let labeled = [0, UInt8(count)] + Array("HPKE-v1".utf8) + suite + Array(label.utf8) + info
      return HKDF<SHA256>.expand(pseudoRandomKey: key, info: labeled, outputByteCount: count)
    }
    func bytes(_ key: SymmetricKey) -> [UInt8] { key.withUnsafeBytes { Array($0) } }
    let shared = expand(extract(nil, kem, "eae_prk", agreed), kem, "shared_secret", encapsulated + recipient.publicBytes, 32)
    let purpose = bytes(extract(nil, hpke, "info_hash", Array(SealPurpose.dataKey.info)))
    let context = [0] + bytes(extract(nil, hpke, "psk_id_hash", [])) + purpose
    let secret = extract(shared, hpke, "secret", [])
    let nonce = try AES.GCM.Nonce(data: bytes(expand(secret, hpke, "base_nonce", context, 12)))
    let box = try AES.GCM.seal(plain, using: expand(secret, hpke, "key", context, 32), nonce: nonce)
    return box.ciphertext + box.tag
  }
}
