import LodgingDomain
import LodgingWire

/// The readers over arrays, with typed errors.
extension WireEvent {
  static func decode(_ record: [UInt8]) throws(WireError) -> DecodedEvent {
    try record.withUnsafeBytes { bytes in Result { () throws(WireError) in try decode(bytes) } }.get()
  }
}

extension WireIdentity {
  static func decode(_ message: [UInt8]) throws(WireError) -> GuestIdentity {
    try message.withUnsafeBytes { bytes in Result { () throws(WireError) in try decode(bytes) } }.get()
  }
}
