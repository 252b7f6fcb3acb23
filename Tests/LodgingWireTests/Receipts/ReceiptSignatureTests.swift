import Foundation
import LodgingWire
import Testing

@Suite("Receipt signatures")
struct ReceiptSignatureTests {
  // RFC 8037 appendix A.
  private static let secret = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
  private static let publicKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
  private static let thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
  private static let token =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
  private static let payload = Array("Example of Ed25519 signing".utf8)

  private static func key() throws -> ReceiptKey {
    let bytes = try #require(Base64URL.decode(secret))
    return try #require(ReceiptKey(bytes: bytes))
  }

  @Test("the key of RFC 8037 has its public part and its thumbprint")
  func publishedKey() throws {
    let key = try Self.key()
    #expect(Base64URL.encode(key.publicKey.publicKey) == Self.publicKey)
    #expect(key.id == Self.thumbprint && key.publicKey.id == Self.thumbprint)
  }

  @Test("the signature of RFC 8037 is made and verified")
  func publishedSignature() throws {
    let key = try Self.key()
    #expect(try ReceiptSignature.sign(Self.payload, header: #"{"alg":"EdDSA"}"#, with: key) == Self.token)
    #expect(try ReceiptSignature.verify(Self.token, with: JSONWebKeySet(keys: [key.publicKey])) == Self.payload)
    #expect(try ReceiptSignature.verify(" \(Self.token)\n", with: JSONWebKeySet(keys: [key.publicKey])) == Self.payload)
  }

  @Test("a signed payload verifies with its key among others, and signing twice gives the same text")
  func roundTrip() throws {
    let (key, other) = (ReceiptKey(), ReceiptKey())
    let text = try ReceiptSignature.sign(Array(#"{"id":"1"}"#.utf8), with: key)
    #expect(try ReceiptSignature.sign(Array(#"{"id":"1"}"#.utf8), with: key) == text)
    let keys = JSONWebKeySet(keys: [other.publicKey, key.publicKey])
    #expect(try ReceiptSignature.verify(text, with: keys) == Array(#"{"id":"1"}"#.utf8))
    #expect(throws: ReceiptError.unknownKey) { try ReceiptSignature.verify(text, with: JSONWebKeySet(keys: [other.publicKey])) }
    #expect(throws: ReceiptError.unknownKey) { try ReceiptSignature.verify(Self.token, with: keys) }
  }

  @Test("a change of any character is noticed")
  func tampering() throws {
    let key = ReceiptKey()
    let keys = JSONWebKeySet(keys: [key.publicKey])
    let text = Array(try ReceiptSignature.sign(Array(#"{"id":"1","outcome":"accepted"}"#.utf8), with: key))
    for index in text.indices {
      var changed = text
      changed[index] = text[index] == "A" ? "B" : "A"
      #expect(throws: ReceiptError.self) { try ReceiptSignature.verify(String(changed), with: keys) }
    }
  }

  @Test(
    "other algorithms and extensions are refused whatever the signature",
    arguments: [#"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":"EdDSA","crit":["b64"],"b64":false}"#])
  func algorithms(header: String) throws {
    let key = try Self.key()
    let text = try ReceiptSignature.sign(Self.payload, header: header, with: key)
    #expect(throws: ReceiptError.algorithmRefused) { try ReceiptSignature.verify(text, with: JSONWebKeySet(keys: [key.publicKey])) }
  }

  @Test("what is no compact signature is refused", arguments: ["", "a.b", "a.b.c.d", "e30.e30.e30", "=.e30.e30", "e30=.e30.e30"])
  func malformed(text: String) throws {
    let keys = JSONWebKeySet(keys: [try Self.key().publicKey])
    #expect(throws: ReceiptError.malformed) { try ReceiptSignature.verify(text, with: keys) }
  }

  @Test("a key set is written and read, and keys of other types are passed over")
  func keySets() throws {
    let set = JSONWebKeySet(keys: [try Self.key().publicKey, ReceiptKey().publicKey])
    #expect(try JSONWebKeySet(json: set.json) == set)
    let first = #"{"keys":[{"alg":"EdDSA","crv":"Ed25519","kid":"\#(Self.thumbprint)","kty":"OKP","use":"sig","x":"\#(Self.publicKey)"}]}"#
    #expect(String(decoding: JSONWebKeySet(keys: [set.keys[0]]).json, as: UTF8.self) == first)
    let mixed = #"""
      {"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"OKP","crv":"X25519","x":"\#(Self.publicKey)"},
      {"kty":"OKP","crv":"Ed25519","use":"enc","x":"\#(Self.publicKey)"},{"kty":"OKP","crv":"Ed25519","x":"AQAB"},
      {"kty":"OKP","crv":"Ed25519","x":"\#(Self.publicKey)"}]}
      """#
    #expect(try JSONWebKeySet(json: mixed.utf8) == JSONWebKeySet(keys: [try Self.key().publicKey]))
    #expect(throws: ReceiptError.keySetMalformed) { try JSONWebKeySet(json: "[]".utf8) }
  }

  @Test("a key shows none of its bytes, and has thirty-two of them")
  func keys() throws {
    let key = try Self.key()
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), dumped] { #expect(text.allSatisfy { !$0.isNumber }) }
    #expect(ReceiptKey(bytes: key.bytes)?.id == key.id)
    #expect(ReceiptKey(bytes: [1, 2, 3]) == nil)
  }
}
