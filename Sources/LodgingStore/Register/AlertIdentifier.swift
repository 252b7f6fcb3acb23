public import LodgingDomain
import LodgingWire

extension Alert {
  /// The name of the alert everywhere: 32 lower-case hexadecimal digits, a hash of ``subject`` under a key that everybody knows.
  ///
  /// A subject holds no identity, so nothing is to be kept secret; equal subjects have equal ids on every node.
  public var id: String {
    var subject = subject
    return subject.withUTF8 { KeyedHash.digest(key: .known, bytes: UnsafeRawBufferPointer($0)).description }
  }
}

extension SipKey {
  /// Sixteen zero bytes, for hashes that keep no secret.
  static let known: SipKey = {
    guard let key = SipKey(bytes: [UInt8](repeating: 0, count: byteCount)) else { preconditionFailure("a key has sixteen bytes") }
    return key
  }()
}
