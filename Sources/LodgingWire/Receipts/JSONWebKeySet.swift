import Crypto
import Foundation

/// The public part of a receipt key, as RFC 7517 and RFC 8037 write it.
public struct JSONWebKey: Hashable, Sendable {
  /// The 32 bytes of the Ed25519 public key.
  public let publicKey: [UInt8]
  /// The name of the key.
  public let id: String

  /// Names a public key by its thumbprint.
  public init(publicKey: [UInt8]) {
    self.init(publicKey: publicKey, id: Self.thumbprint(of: publicKey))
  }

  init(publicKey: [UInt8], id: String) {
    self.publicKey = publicKey
    self.id = id
  }

  /// The SHA-256 thumbprint of an Ed25519 public key (RFC 7638, RFC 8037 appendix A.3).
  static func thumbprint(of publicKey: [UInt8]) -> String {
    let members = #"{"crv":"Ed25519","kty":"OKP","x":"\#(Base64URL.encode(publicKey))"}"#
    return Base64URL.encode(Data(SHA256.hash(data: Data(members.utf8))))
  }

  func isValid(_ signature: Data, over bytes: Data) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: Data(publicKey)) else { return false }
    return key.isValidSignature(signature, for: bytes)
  }
}

/// The public keys that receipts are verified with, as `/.well-known/jwks.json` serves them.
public struct JSONWebKeySet: Hashable, Sendable {
  /// The keys, the newest first.
  public var keys: [JSONWebKey]

  /// Makes a set.
  public init(keys: [JSONWebKey]) { self.keys = keys }

  private struct Document: Codable {
    var keys: [Member]
  }

  private struct Member: Codable {
    var kty: String
    var crv: String?
    var x: String?
    var kid: String?
    var use: String?
    var alg: String?
  }

  /// Reads a set; keys of other types and for other uses are passed over, as RFC 7517 section 5 asks.
  ///
  /// Throws ``ReceiptError/keySetMalformed`` where the text is no key set.
  public init(json: some Sequence<UInt8>) throws(ReceiptError) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(json)) else { throw .keySetMalformed }
    keys = document.keys.compactMap { member in
      guard member.kty == "OKP", member.crv == "Ed25519", member.use ?? "sig" == "sig", member.alg ?? "EdDSA" == "EdDSA",
        let x = member.x.flatMap({ Base64URL.decode($0) }), x.count == 32
      else { return nil }
      return JSONWebKey(publicKey: Array(x), id: member.kid ?? JSONWebKey.thumbprint(of: Array(x)))
    }
  }

  /// The set as JSON, the same bytes for the same keys.
  public var json: [UInt8] {
    let members = keys.map {
      #"{"alg":"EdDSA","crv":"Ed25519","kid":"\#($0.id)","kty":"OKP","use":"sig","x":"\#(Base64URL.encode($0.publicKey))"}"#
    }
    return Array(#"{"keys":[\#(members.joined(separator: ","))]}"#.utf8)
  }
}
