import LodgingDomain
import LodgingWire

/// Derives the id of a row that has none from its content, so that the same row is the same event on this register whenever it is sent.
struct ContentID {
  let key: SipKey

  /// The id of these parts; the bits that RFC 9562 reserves say version 8.
  func make(_ parts: [String]) -> EventID {
    var bytes: [UInt8] = []
    for part in parts {
      let utf8 = Array(part.utf8)
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(contentsOf: utf8)
    }
    let digest = bytes.withUnsafeBytes { KeyedHash.digest(key: key, bytes: $0) }
    let high = digest.first & 0xFFFF_FFFF_FFFF_0FFF | 0x8000
    let low = digest.second & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return EventID(high: high, low: low)
  }
}
