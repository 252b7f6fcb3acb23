import LodgingDomain
import LodgingWire
import Testing

@Suite("Access keys and their hashes")
struct AccessHasherTests {
  /// The secret is bytes 0 to 31; its base64 for URLs was made by Python's `base64`.
  private static let text = "lodging.0123456789.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

  private let hasher: AccessHasher
  private let presented: PresentedAccessKey

  init() throws {
    hasher = AccessHasher(ringKey: try #require(SipKey(bytes: Array(0..<16))))
    presented = try #require(PresentedAccessKey(Self.text))
  }

  private func key(_ scopes: [String], id: String = "0123456789", digest: [UInt8]) throws -> AccessKey {
    AccessKey(
      id: try #require(AccessKeyID(id)), holder: try #require(AccessHolder("a")), scopes: scopes, granted: Instant(milliseconds: 0),
      digest: digest)
  }

  @Test(
    "The hash is what Python's hmac and hashlib make of it",
    arguments: [
      (["read"], "2c802aa0bc8a96ed159873a481d19e456c9c2617d1cb75561f472a7f5ed25d96"),
      (["read.alerts", "read.receipts"], "a6a85e17c5f6617e1adf8ca2eaccf209bedeb56ef5d0fc35971e4c2d337f2ef5"),
    ])
  func vectors(scopes: [String], digest: String) throws {
    #expect(hasher.digest(of: presented, scopes: scopes) == bytes(digest))
  }

  @Test("A key is known again by its own secret, id and scopes under the register's own key ring, and by nothing else")
  func matching() throws {
    let digest = hasher.digest(of: presented, scopes: ["read.alerts"])
    #expect(hasher.matches(presented, try key(["read.alerts"], digest: digest)))
    #expect(!hasher.matches(presented, try key(["read"], digest: digest)), "other scopes")
    #expect(!hasher.matches(presented, try key(["read.alerts", "read"], digest: digest)), "more scopes")
    #expect(!hasher.matches(presented, try key(["read.alerts"], id: "1123456789", digest: digest)), "another id")
    #expect(!hasher.matches(presented, nil))
    for index in digest.indices {
      var other = digest
      other[index] ^= 1
      #expect(!hasher.matches(presented, try key(["read.alerts"], digest: other)))
    }
    #expect(!hasher.matches(presented, try key(["read.alerts"], digest: [])))
    let stranger = AccessHasher(ringKey: try #require(SipKey(bytes: Array(1..<17))))
    #expect(!stranger.matches(presented, try key(["read.alerts"], digest: digest)))
    var generator = SystemRandomNumberGenerator()
    let other = PresentedAccessKey(using: &generator)
    #expect(!hasher.matches(other, try key(["read.alerts"], id: other.id.description, digest: digest)))
  }

  @Test("What was drawn is read back; anything else is no key")
  func form() throws {
    #expect(presented.text == Self.text && presented.id.description == "0123456789")
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let drawn = PresentedAccessKey(using: &generator)
      #expect(PresentedAccessKey(drawn.text)?.text == drawn.text)
    }
    let broken = [
      "", "lodging", "lodging.0123456789", "lodging.0123456789.", Self.text + "A", String(Self.text.dropLast()), Self.text + ".x",
      " " + Self.text, Self.text + " ", Self.text.uppercased(), "other" + Self.text.dropFirst(7), Self.text + "=",
      // The last character has two bits that belong to no byte.
      String(Self.text.dropLast()) + "9", "lodging.012345678i" + Self.text.dropFirst(18), String(repeating: ".", count: 100_000),
    ]
    for text in broken { #expect(PresentedAccessKey(text) == nil, "\(text.prefix(80))") }
  }

  @Test("Neither a key's description nor a dump shows its secret")
  func redacted() {
    var dumped = ""
    dump(presented, to: &dumped)
    dump(hasher, to: &dumped)
    let texts = ["\(presented)", String(reflecting: presented), "\(hasher)", String(reflecting: hasher), dumped]
    for text in texts { #expect(!text.contains("AAECAw") && !text.contains("[0, 1") && !text.contains("32 elements"), "\(text)") }
  }
}
