import LodgingDomain
import LodgingWire

/// The key of the checksums in the directory's files, derived from the directory's key, so that nobody without that key can put another
/// file in place.
struct DirectoryFileKey: Sendable {
  private let key: SipKey

  init(_ directoryKey: SipKey) {
    let label: StaticString = "lodging resident directory file 1"
    let digest = KeyedHash.digest(
      key: directoryKey, bytes: UnsafeRawBufferPointer(start: label.utf8Start, count: label.utf8CodeUnitCount))
    key = Self.key(digest.first, digest.second)
  }

  /// The checksum of some bytes.
  func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    KeyedHash.fingerprint64(key: key, bytes: bytes)
  }

  /// A checksum that needs no secret: it tells damage from a file that was made with another key.
  static func openChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    KeyedHash.fingerprint64(key: key(0, 0), bytes: bytes)
  }

  private static func key(_ first: UInt64, _ second: UInt64) -> SipKey {
    var words = Words(words: [first, second])
    return SipKey.random(using: &words)
  }

  /// A generator that gives the words of a key in order.
  private struct Words: RandomNumberGenerator {
    var words: [UInt64]
    var position = 0

    mutating func next() -> UInt64 {
      defer { position += 1 }
      return words[position % words.count]
    }
  }
}
