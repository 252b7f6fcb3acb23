/// A secret of 16 bytes for ``KeyedHash``.
///
/// Its text shows nothing of the bytes, so that a key does not reach a log by way of string interpolation or a dump.
public struct SipKey: Sendable, Equatable {
  /// Bytes 0 to 7, little-endian.
  private let low: UInt64
  /// Bytes 8 to 15, little-endian.
  private let high: UInt64

  /// The length of a key in bytes.
  public static let byteCount = 16

  /// Makes a key from exactly 16 bytes; nil for any other count.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    low = UInt64(littleEndian: words.0)
    high = UInt64(littleEndian: words.1)
  }

  /// Makes a key from a generator, which for a real key must be cryptographically secure as `SystemRandomNumberGenerator` is.
  public static func random(using generator: inout some RandomNumberGenerator) -> SipKey {
    SipKey(low: generator.next(), high: generator.next())
  }

  /// Makes a key that is no secret, for hashes that only tell things apart.
  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// Calls `body` with the 16 bytes, which are valid only inside the call.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: (low.littleEndian, high.littleEndian), body)
  }
}

extension SipKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// A fixed text without any of the bytes.
  public var description: String { "SipKey(redacted)" }

  /// A fixed text without any of the bytes.
  public var debugDescription: String { description }

  /// A mirror without children, so that a dump shows nothing either.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
