import Foundation

/// Signed receipts: a compact JSON Web Signature (RFC 7515) with EdDSA over Ed25519 (RFC 8037).
///
/// ```swift
/// let text = try ReceiptSignature.sign(json, with: key)
/// let payload = try ReceiptSignature.verify(text, with: JSONWebKeySet(keys: [key.publicKey]))
/// ```
public enum ReceiptSignature: Sendable {
  private struct Header: Decodable {
    var alg: String
    var kid: String?
    var crit: [String]?
  }

  /// Signs a payload; the same payload under the same key gives the same text.
  ///
  /// - Parameters:
  ///   - payload: The bytes of a JSON object.
  ///   - key: The key.
  /// - Returns: Three parts in base64url, separated by full stops.
  /// - Throws: `ReceiptError.signingFailed`, which has no known cause.
  public static func sign(_ payload: some Collection<UInt8>, with key: ReceiptKey) throws(ReceiptError) -> String {
    try sign(payload, header: #"{"alg":"EdDSA","kid":"\#(key.id)"}"#, with: key)
  }

  package static func sign(_ payload: some Collection<UInt8>, header: String, with key: ReceiptKey) throws(ReceiptError) -> String {
    let input = Base64URL.encode(Data(header.utf8)) + "." + Base64URL.encode(Data(payload))
    return input + "." + Base64URL.encode(try key.signature(over: Data(input.utf8)))
  }

  /// Verifies a signed receipt.
  ///
  /// - Parameters:
  ///   - text: What ``sign(_:with:)`` returned; white space around it is passed over.
  ///   - keys: The keys that are trusted. A text that names no key is verified with the only one, if there is one only.
  /// - Returns: The payload.
  /// - Throws: `ReceiptError` with what is wrong; the payload must then not be believed.
  public static func verify(_ text: some StringProtocol, with keys: JSONWebKeySet) throws(ReceiptError) -> [UInt8] {
    let parts = text.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
      let signature = Base64URL.decode(parts[2]), let fields = try? JSONDecoder().decode(Header.self, from: header)
    else { throw .malformed }
    // Extensions that must be understood are not; another algorithm is never taken because the text says so.
    guard fields.alg == "EdDSA", fields.crit == nil else { throw .algorithmRefused }
    guard let key = key(named: fields.kid, in: keys) else { throw .unknownKey }
    guard key.isValid(signature, over: Data((parts[0] + "." + parts[1]).utf8)) else { throw .signatureInvalid }
    return Array(payload)
  }

  private static func key(named name: String?, in keys: JSONWebKeySet) -> JSONWebKey? {
    guard let name else { return keys.keys.count == 1 ? keys.keys.first : nil }
    return keys.keys.first { $0.id == name }
  }
}

/// Why a receipt cannot be signed or must not be believed.
public enum ReceiptError: Error, Hashable, Sendable {
  /// The text is no compact signature.
  case malformed
  /// It is signed in another way than receipts are.
  case algorithmRefused
  /// It names a key that is not trusted, or none where there are several.
  case unknownKey
  /// The signature is not the key's: the text was changed or made by somebody else.
  case signatureInvalid
  /// The key set is not JSON of that form.
  case keySetMalformed
  /// The signature could not be made.
  case signingFailed
}

extension ReceiptError: CustomStringConvertible {
  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .malformed: "this is no signed receipt; give the file as `lodging receipt ID --json` wrote it"
    case .algorithmRefused: "it is signed in another way than receipts are, and must not be believed"
    case .unknownKey: "it names no key of the key set; fetch the set of the register that issued it"
    case .signatureInvalid: "the signature is not the register's: the text was changed or made by somebody else"
    case .keySetMalformed: "the key set is no JSON Web Key Set with an Ed25519 key; write one with `lodging receipt jwks`"
    case .signingFailed: "the receipt could not be signed"
    }
  }
}
