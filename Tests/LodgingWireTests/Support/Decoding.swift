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

extension LedgerReader {
  static func summary(_ entry: [UInt8]) throws(WireError) -> EntrySummary {
    try entry.withUnsafeBytes { bytes in Result { () throws(WireError) in try summary(bytes) } }.get()
  }

  static func entry(_ entry: [UInt8]) throws(WireError) -> LedgerEntry {
    try entry.withUnsafeBytes { bytes in Result { () throws(WireError) in try self.entry(bytes) } }.get()
  }
}

extension ChainFields {
  init(of entry: [UInt8]) throws(WireError) {
    self = try entry.withUnsafeBytes { bytes in Result { () throws(WireError) in try ChainFields(of: bytes) } }.get()
  }

  static func chainHolds(_ entry: [UInt8], key: SipKey) -> Bool {
    var scratch: [UInt8] = []
    return entry.withUnsafeBytes { chainHolds($0, key: key, scratch: &scratch) }
  }
}

extension LedgerWriter {
  static func entry(
    _ header: EntryHeader, _ body: LedgerBody, event: [UInt8] = [], record: Digest128? = nil, key: SipKey
  ) -> (bytes: [UInt8], chain: Digest128) {
    var bytes: [UInt8] = []
    let chain = event.withUnsafeBytes { append(header, body, event: $0, record: record, key: key, to: &bytes) }
    return (bytes, chain)
  }
}
