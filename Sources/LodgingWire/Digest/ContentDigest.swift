public import LodgingDomain

/// The keyed digest of what an event says, by which a repeated event is known however it was sealed and whenever it was sent.
///
/// It covers the establishment, the id, the kind, and everything that was told, the identity included. It leaves out the seal, the times
/// of capture and receipt, the channel, the officer, the trace context, and what a command filled in by itself.
public struct ContentDigest: Sendable {
  /// Makes a digester.
  public init() {}

  /// The digest of an event with its opened identity under the key of one month.
  public func make(event: StayEvent, identity: GuestIdentity?, key: SipKey) -> Digest128 {
    guard let identity else {
      return WireWriter.with { writer in
        writer.putContent(event)
        return writer.digest(key: key)
      }
    }
    return identity.normalized.withBorrowed { make(event: event, identity: $0, key: key) }
  }

  /// The same of an identity as bytes, whose texts are in Unicode NFC.
  package func make(event: StayEvent, identity: BorrowedIdentity, key: SipKey) -> Digest128 {
    WireWriter.with { writer in
      writer.putContent(event)
      writer.putContent(identity)
      return writer.digest(key: key)
    }
  }
}

/// The content as it is hashed: parts in a fixed order, each as tag, length and bytes, so that no two contents look alike.
///
/// It is never read, and it must not change: a digest of today is compared with one of last month.
extension WireWriter {
  fileprivate mutating func digest(key: SipKey) -> Digest128 {
    withBytes { KeyedHash.digest(key: key, bytes: UnsafeRawBufferPointer($0)) }
  }

  fileprivate mutating func putContent(_ event: StayEvent) {
    event.establishment.withUTF8 { part(1, $0) }
    part(2, event.id)
    if let after = event.after { part(3, after) }
    part(4, event.ownReference)
    part(event.body, of: event)
  }

  private mutating func part(_ body: StayEvent.Body, of event: StayEvent) {
    switch body {
    case .checkIn(let details): part(20, details, filledIn: event.filledIn)
    case .amendment(let stay, let details):
      part(21, stay)
      part(20, details, filledIn: event.filledIn)
    case .roomChange(let stay, let room):
      part(22, stay)
      part(23, room)
      part(24, event.happened)
    case .extended(let stay, let departure):
      part(25, stay)
      if !event.filledIn.contains(.departure) { part(26, departure) }
    case .checkOut(let stay):
      part(27, stay)
      part(24, event.happened)
    case .cancellation(let stay): part(28, stay)
    case .dailyClose(let day, let guests):
      part(29, Int64(day.daysSinceEpoch))
      part(30, Int64(guests))
    case .establishmentOpened(let details): part(31, details)
    case .establishmentChanged(let details): part(32, details)
    case .establishmentClosed: part(33, Int64(0))
    }
  }

  private mutating func part(_ tag: UInt8, _ details: StayDetails, filledIn: StayEvent.FilledIn) {
    part(tag, Int64(details.guestKind.rawValue))
    withUnsafeBytes(of: details.nationality.letters) { part(40, $0) }
    part(41, details.room)
    if !filledIn.contains(.arrival) { part(42, details.arrival) }
    if !filledIn.contains(.departure) { part(43, details.departure) }
    part(44, Int64(details.reason))
    if let party = details.party { part(45, party) }
    if let permit = details.permitUntil { part(46, Int64(permit.daysSinceEpoch)) }
  }

  private mutating func part(_ tag: UInt8, _ details: EstablishmentDetails) {
    part(tag, details.name)
    part(50, Int64(details.kind.rawValue))
    part(51, Int64(details.commune.number))
    part(52, Int64(details.remote ? 1 : 0))
    part(53, Int64(details.rooms))
    part(54, Int64(details.beds))
  }

  fileprivate mutating func putContent(_ identity: BorrowedIdentity) {
    part(60, identity.fullName)
    if let birth = identity.birthDate?.text {
      withUnsafeBytes(of: birth.letters) { part(61, UnsafeRawBufferPointer(rebasing: $0[..<birth.count])) }
    }
    if let sex = identity.sex { part(62, Int64(sex.rawValue)) }
    part(63, Int64(identity.documentKind.rawValue))
    part(64, identity.documentNumber)
    part(65, identity.documentName)
    if let expiry = identity.documentExpiry { part(66, Int64(expiry.daysSinceEpoch)) }
    if let reason = identity.noDocumentReason { part(67, Int64(reason.rawValue)) }
    part(68, identity.machineReadableZone)
    part(69, identity.phone)
    part(70, identity.address)
    part(71, identity.reasonText)
    part(72, identity.note)
  }

  // MARK: Values

  private mutating func head(_ tag: UInt8, _ count: Int) {
    append(tag)
    append(littleEndian: UInt32(truncatingIfNeeded: count))
  }

  private mutating func part(_ tag: UInt8, _ value: UnsafeRawBufferPointer) {
    head(tag, value.count)
    if !value.isEmpty { append(value) }
  }

  private mutating func part(_ tag: UInt8, _ text: String) {
    Normalization.withNFC(text) { part(tag, $0) }
  }

  private mutating func part(_ tag: UInt8, _ value: Int64) {
    head(tag, MemoryLayout<Int64>.size)
    append(littleEndian: value)
  }

  private mutating func part(_ tag: UInt8, _ id: EventID) {
    head(tag, MemoryLayout<EventID>.size)
    append(littleEndian: id.high.byteSwapped)
    append(littleEndian: id.low.byteSwapped)
  }

  private mutating func part(_ tag: UInt8, _ instant: Instant) { part(tag, instant.milliseconds) }

  private mutating func part(_ tag: UInt8, _ moment: LocalMoment) {
    part(tag, moment.instant.milliseconds)
    part(tag, Int64(moment.isDateOnly ? 1 : 0))
  }
}
