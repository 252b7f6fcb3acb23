import CSodium
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
      return Content.with(bytesMax: Content.bytesMax(of: event)) { content in
        content.put(event)
        return KeyedHash.digest(key: key, bytes: content.bytes)
      }
    }
    return identity.normalized.withBorrowed { make(event: event, identity: $0, key: key) }
  }

  /// The same of an identity as bytes, whose texts are in Unicode NFC.
  package func make(event: StayEvent, identity: BorrowedIdentity, key: SipKey) -> Digest128 {
    Content.with(bytesMax: Content.bytesMax(of: event) + Content.bytesMax(of: identity)) { content in
      content.put(event)
      content.put(identity)
      return KeyedHash.digest(key: key, bytes: content.bytes)
    }
  }
}

/// The content as it is hashed: parts in a fixed order, each as tag, length and bytes, so that no two contents look alike.
///
/// It is never read, and it must not change: a digest of today is compared with one of last month. The room for it is reckoned beforehand,
/// so that no part looks whether there is any.
private struct Content: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer
  private var count = 0

  /// Calls `body` with empty content that has room for so many bytes.
  static func with(bytesMax: Int, _ body: (inout Content) -> Digest128) -> Digest128 {
    withUnsafeTemporaryAllocation(byteCount: bytesMax, alignment: 16) { memory in
      var content = Content(memory)
      // Long contents lie in memory that others get afterwards.
      defer { sodium_memzero(memory.baseAddress, content.count) }
      return body(&content)
    }
  }

  private init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  // MARK: Room

  /// More than all parts of an event take that are no texts, with what is written beyond the last part and overwritten by the next.
  private static let eventBytesMax = 288
  /// The same of an identity.
  private static let identityBytesMax = 128
  /// How much longer Unicode NFC may make the UTF-8 of a text (UAX #15, "maximum expansion factor").
  private static let growthMax = 3

  static func bytesMax(of event: StayEvent) -> Int {
    var texts = event.ownReference.utf8.count
    switch event.body {
    case .checkIn(let details), .amendment(_, let details): texts += details.room.utf8.count
    case .roomChange(_, let room): texts += room.utf8.count
    case .establishmentOpened(let details), .establishmentChanged(let details): texts += details.name.utf8.count
    case .extended, .checkOut, .cancellation, .dailyClose, .establishmentClosed: break
    }
    return eventBytesMax + growthMax * texts
  }

  static func bytesMax(of identity: BorrowedIdentity) -> Int {
    let person = identity.fullName.count + identity.phone.count + identity.address.count
    let document = identity.documentNumber.count + identity.documentName.count + identity.machineReadableZone.count
    return identityBytesMax + person + document + identity.reasonText.count + identity.note.count
  }

  // MARK: Events

  mutating func put(_ event: StayEvent) {
    put(1, event.establishment)
    put(2, event.id)
    if let after = event.after { put(3, after) }
    put(4, event.ownReference)
    switch event.body {
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
    withUnsafeBytes(of: details.nationality.letters) { put(40, $0) }
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

  // MARK: Identities

  mutating func put(_ identity: BorrowedIdentity) {
    put(60, identity.fullName)
    if let birth = identity.birthDate?.text {
      withUnsafeBytes(of: birth.letters) { put(61, UnsafeRawBufferPointer(rebasing: $0[..<birth.count])) }
    }
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

  // MARK: Values

  /// Tag and length in one word, of which the last three bytes are overwritten.
  @inline(__always)
  private mutating func head(_ tag: UInt8, _ length: Int) {
    store(UInt64(tag) | UInt64(UInt32(truncatingIfNeeded: length)) << 8, bytes: 5)
  }

  @inline(__always)
  private mutating func store(_ word: UInt64, bytes: Int) {
    memory.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= bytes
  }

  @inline(__always)
  private mutating func put(_ tag: UInt8, _ value: UnsafeRawBufferPointer) {
    head(tag, value.count)
    guard !value.isEmpty else { return }
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: value)
    count &+= value.count
  }

  private mutating func put(_ tag: UInt8, _ text: String) {
    Normalization.withNFC(text) { put(tag, $0) }
  }

  private mutating func put(_ tag: UInt8, _ establishment: EstablishmentID) {
    let length = establishment.write(to: UnsafeMutableRawBufferPointer(rebasing: memory[(count + 5)...]))
    memory.storeBytes(of: tag, toByteOffset: count, as: UInt8.self)
    memory.storeBytes(of: UInt32(length).littleEndian, toByteOffset: count + 1, as: UInt32.self)
    count &+= 5 &+ length
  }

  @inline(__always)
  private mutating func put(_ tag: UInt8, _ value: Int64) {
    head(tag, MemoryLayout<Int64>.size)
    store(UInt64(bitPattern: value), bytes: 8)
  }

  private mutating func put(_ tag: UInt8, _ id: EventID) {
    head(tag, MemoryLayout<EventID>.size)
    store(id.high.byteSwapped, bytes: 8)
    store(id.low.byteSwapped, bytes: 8)
  }

  private mutating func put(_ tag: UInt8, _ instant: Instant) { put(tag, instant.milliseconds) }

  private mutating func put(_ tag: UInt8, _ moment: LocalMoment) {
    put(tag, moment.instant.milliseconds)
    put(tag, Int64(moment.isDateOnly ? 1 : 0))
  }
}
