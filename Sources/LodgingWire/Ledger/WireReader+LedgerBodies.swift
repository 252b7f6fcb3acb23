import LodgingDomain

/// The bodies of entries but for `decided`; each function reads its message to the end.
extension WireReader {
  mutating func genesis() throws(WireError) -> Genesis {
    var id: EventID?
    var genesis = Genesis(ledgerID: LedgerID(high: 0, low: 0), partition: 0, partitions: 0, format: 0, keyID: 0)
    while let tag = try nextTag() {
      switch tag.field {
      case 1: try read(tag, .ledgerID, into: &id)
      case 2: if let value = try unsigned32(tag) { genesis.partition = value }
      case 3: if let value = try unsigned32(tag) { genesis.partitions = value }
      case 4: if let value = try unsigned32(tag) { genesis.incarnation = value }
      case 5: if let value = try unsigned32(tag) { genesis.format = value }
      case 6: if let value = try unsigned32(tag) { genesis.keyID = value }
      default: try skip(tag)
      }
    }
    guard let id else { throw .missing(.ledgerID) }
    genesis.ledgerID = LedgerID(high: id.high, low: id.low)
    return genesis
  }

  mutating func ticked(record: inout Digest128?) throws(WireError) -> LedgerBody {
    while let tag = try nextTag() {
      switch tag.field {
      case 1: try read(tag, .digest, into: &record)
      default: try skip(tag)
      }
    }
    return .ticked
  }

  mutating func undecodable() throws(WireError) -> UndecodableRecord {
    var code: UInt32 = 0
    var digest: Digest128?
    var record = UndecodableRecord(code: .eventUndecodable, digest: .zero, size: 0, reason: "")
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try unsigned32(tag) { code = value }
      case 2: try read(tag, .digest, into: &digest)
      case 3: if let value = try unsigned32(tag) { record.size = value }
      case 4: if let value = try text(tag, .reason, limit: WireLimits.reasonBytesMax) { record.reason = value }
      default: try skip(tag)
      }
    }
    guard let known = UInt8(exactly: code).flatMap(Code.init(rawValue:)) else { throw .invalid(.code) }
    guard let digest else { throw .missing(.digest) }
    record.code = known
    record.digest = digest
    return record
  }

  mutating func missing() throws(WireError) -> LedgerBody {
    var first: Int64 = 0
    var reason = ""
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try signed64(tag) { first = value }
      case 2: if let value = try text(tag, .reason, limit: WireLimits.reasonBytesMax) { reason = value }
      default: try skip(tag)
      }
    }
    return .missing(first: first, reason: reason)
  }

  mutating func reseal() throws(WireError) -> Reseal {
    var establishment: EstablishmentID?
    var stay: EventID?
    var sealed: SealedIdentity?
    var fingerprints: [DocumentFingerprint] = []
    var digest: Digest128?
    var nationality: Nationality?
    var checkIn: [UInt8] = []
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try establishmentID(tag) { establishment = value }
      case 2: try read(tag, .stayID, into: &stay)
      case 3:
        guard var message = try message(tag) else { continue }
        guard sealed == nil else { throw .invalid(.sealed) }
        var parts = SealedParts()
        try parts.read(&message)
        sealed = SealedIdentity(try parts.ranges(), in: bytes)
      case 4: if let value = try fingerprint(tag) { fingerprints.append(value) }
      case 5: try read(tag, .digest, into: &digest)
      case 6: if let range = try range(tag) { nationality = try StayDetailsParts.nationality(bytes[range]) }
      case 7: if let range = try range(tag) { checkIn = Array(bytes[range]) }
      default: try skip(tag)
      }
    }
    guard let establishment else { throw .missing(.establishment) }
    guard let stay else { throw .missing(.stayID) }
    guard let sealed else { throw .missing(.sealed) }
    return Reseal(
      establishment: establishment, stay: stay, sealed: sealed, fingerprints: fingerprints, digest: digest, nationality: nationality,
      checkIn: checkIn)
  }

  private mutating func establishmentID(_ tag: Tag) throws(WireError) -> EstablishmentID? {
    guard let range = try range(tag) else { return nil }
    do {
      return try EstablishmentID(utf8: UnsafeRawBufferPointer(rebasing: bytes[range]))
    } catch {
      throw .invalid(.establishment)
    }
  }

  mutating func sourceReset() throws(WireError) -> LedgerBody {
    var incarnation: UInt32 = 0
    var nextSource: Int64 = 0
    var reason = ""
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try unsigned32(tag) { incarnation = value }
      case 2: if let value = try signed64(tag) { nextSource = value }
      case 3: if let value = try text(tag, .reason, limit: WireLimits.reasonBytesMax) { reason = value }
      default: try skip(tag)
      }
    }
    return .sourceReset(incarnation: incarnation, nextSource: nextSource, reason: reason)
  }

  mutating func upgrade() throws(WireError) -> LedgerBody {
    var format: UInt32 = 0
    var rules: UInt32 = 0
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try unsigned32(tag) { format = value }
      case 2: if let value = try unsigned32(tag) { rules = value }
      default: try skip(tag)
      }
    }
    return .upgrade(format: format, rules: RulesVersion(rules))
  }

  mutating func rekey() throws(WireError) -> LedgerBody {
    var keyID: UInt32 = 0
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try unsigned32(tag) { keyID = value }
      default: try skip(tag)
      }
    }
    return .rekey(keyID: keyID)
  }
}
