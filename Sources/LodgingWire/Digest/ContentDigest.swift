public import LodgingDomain

/// The keyed digest of what an event says, by which a repeated event is known however it was sealed and whenever it was sent.
///
/// It covers the establishment, the id, the kind, and everything that was told, the identity included. It leaves out the seal, the times
/// of capture and receipt, the channel, the officer, the trace context, and what a command filled in by itself. Buffers are reused: a
/// value belongs to one thread.
public struct ContentDigest: Sendable {
  private var bytes: [UInt8] = []

  /// Makes a digester.
  public init() {}

  /// The digest of an event with its opened identity under the key of one month.
  public mutating func make(event: StayEvent, identity: GuestIdentity?, key: SipKey) -> Digest128 {
    bytes.removeAll(keepingCapacity: true)
    event.establishment.withUTF8 { put(1, $0) }
    put(2, event.id)
    if let after = event.after { put(3, after) }
    put(4, event.ownReference)
    put(event.body, of: event)
    if let identity { put(identity) }
    return bytes.withUnsafeBytes { KeyedHash.digest(key: key, bytes: $0) }
  }

  // MARK: Parts

  private mutating func put(_ body: StayEvent.Body, of event: StayEvent) {
    switch body {
    case .checkIn(let details): put(20, details, filledIn: event.filledIn)
    case .amendment(let stay, let details):
      put(21, stay)
      put(20, details, filledIn: event.filledIn)
    case .roomChange(let stay, let room):
      put(22, stay)
      put(23, room)
      put(24, event.happened)
    case .extended(let stay, let departure):
      put(25, stay)
      if !event.filledIn.contains(.departure) { put(26, departure) }
    case .checkOut(let stay):
      put(27, stay)
      put(24, event.happened)
    case .cancellation(let stay): put(28, stay)
    case .dailyClose(let day, let guests):
      put(29, Int64(day.daysSinceEpoch))
      put(30, Int64(guests))
    case .establishmentOpened(let details): put(31, details)
    case .establishmentChanged(let details): put(32, details)
    case .establishmentClosed: put(33, Int64(0))
    }
  }

  private mutating func put(_ tag: UInt8, _ details: StayDetails, filledIn: StayEvent.FilledIn) {
    put(tag, Int64(details.guestKind.rawValue))
    put(40, details.nationality.code)
    put(41, details.room)
    if !filledIn.contains(.arrival) { put(42, details.arrival) }
    if !filledIn.contains(.departure) { put(43, details.departure) }
    put(44, Int64(details.reason))
    if let party = details.party { put(45, party) }
    if let permit = details.permitUntil { put(46, Int64(permit.daysSinceEpoch)) }
  }

  private mutating func put(_ tag: UInt8, _ details: EstablishmentDetails) {
    put(tag, details.name)
    put(50, Int64(details.kind.rawValue))
    put(51, Int64(details.commune.number))
    put(52, Int64(details.remote ? 1 : 0))
    put(53, Int64(details.rooms))
    put(54, Int64(details.beds))
  }

  private mutating func put(_ identity: GuestIdentity) {
    put(60, identity.fullName)
    if let birth = identity.birthDate { put(61, birth.description) }
    if let sex = identity.sex { put(62, Int64(sex.rawValue)) }
    put(63, Int64(identity.documentKind.rawValue))
    put(64, identity.documentNumber)
    put(65, identity.documentName)
    if let expiry = identity.documentExpiry { put(66, Int64(expiry.daysSinceEpoch)) }
    if let reason = identity.noDocumentReason { put(67, Int64(reason.rawValue)) }
    put(68, identity.machineReadableZone)
    put(69, identity.phone)
    put(70, identity.address)
    put(71, identity.reasonText)
    put(72, identity.note)
  }

  // MARK: Values, each as tag, length and bytes so that no two contents look alike

  private mutating func put(_ tag: UInt8, _ value: UnsafeRawBufferPointer) {
    bytes.append(tag)
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: value.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: value)
  }

  private mutating func put(_ tag: UInt8, _ text: String) {
    var copy = Normalization.nfc(text)
    copy.withUTF8 { put(tag, UnsafeRawBufferPointer($0)) }
  }

  private mutating func put(_ tag: UInt8, _ value: Int64) {
    withUnsafeBytes(of: value.littleEndian) { put(tag, $0) }
  }

  private mutating func put(_ tag: UInt8, _ id: EventID) {
    withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { put(tag, $0) }
  }

  private mutating func put(_ tag: UInt8, _ instant: Instant) { put(tag, instant.milliseconds) }

  private mutating func put(_ tag: UInt8, _ moment: LocalMoment) {
    put(tag, moment.instant.milliseconds)
    put(tag, Int64(moment.isDateOnly ? 1 : 0))
  }
}
