import Crypto
import Foundation

/// The register's key for signing receipts: Ed25519 (RFC 8032).
///
/// Its text shows nothing of the bytes, so that a key does not reach a log by way of string interpolation or a dump.
public struct ReceiptKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey
  /// The name of the key: the thumbprint of its public part (RFC 7638), so that it follows from the key alone.
  public let id: String

  /// Makes a new key from the system's secure random numbers.
  public init() {
    self.init(Curve25519.Signing.PrivateKey())
  }

  /// Makes a key from its 32 bytes; nil for any other count.
  public init?(bytes: some Collection<UInt8>) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Data(bytes)) else { return nil }
    self.init(key)
  }

  private init(_ key: Curve25519.Signing.PrivateKey) {
    self.key = key
    id = JSONWebKey.thumbprint(of: Array(key.publicKey.rawRepresentation))
  }

  /// The 32 bytes of the key, for the key ring alone.
  public var bytes: [UInt8] { Array(key.rawRepresentation) }

  /// The public part, which anybody may have.
  public var publicKey: JSONWebKey { JSONWebKey(publicKey: Array(key.publicKey.rawRepresentation)) }

  /// The signature over some bytes.
  func signature(over bytes: Data) throws(ReceiptError) -> Data {
    do {
      return try key.signature(for: bytes)
    } catch {
      throw .signingFailed
    }
  }
}

extension ReceiptKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// A fixed text without any of the bytes.
  public var description: String { "ReceiptKey(redacted)" }

  /// A fixed text without any of the bytes.
  public var debugDescription: String { description }

  /// A mirror without children, so that a dump shows nothing either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
