package import LodgingDomain

/// The fields of a `StayEvent` message as they are met; what is missing is known only at the end.
///
/// It holds numbers and places alone, so that nothing is made of a field before the event is known to be one.
package struct EventParts {
  private let record: UnsafeRawBufferPointer
  private var id: EventID?
  private var establishment: EstablishmentID?
  private var happened = Instant(milliseconds: 0)
  private var captured = Instant(milliseconds: 0)
  private var received = Instant(milliseconds: 0)
  private var capturedOffline = false
  private var channel: UInt32 = 0
  private var after: EventID?
  private var ownReference = 0..<0
  private var officer = 0..<0
  private var filledIn: UInt32 = 0
  private var traceparent: Range<Int>?
  private var replayOf: QuarantinePlace?
  private var identity = IdentityParts()
  private var body = BodyParts()

  /// Reads a record of `stay-events`, which must outlive the parts.
  ///
  /// Throws what is wrong with a field; what is wrong with the event as a whole comes out where it is asked for.
  package init(_ record: UnsafeRawBufferPointer) throws(WireError) {
    self.record = record
    var reader = WireReader(record, from: try ConfluentFraming.payloadStart(of: record))
    try read(&reader)
  }

  private mutating func read(_ reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try reader.read(tag, .eventID, into: &id)
      case 2: try readEstablishment(&reader, tag)
      case 3: if let value = try reader.instant(tag, .happened) { happened = value }
      case 4: if let value = try reader.instant(tag, .captured) { captured = value }
      case 5: if let value = try reader.instant(tag, .received) { received = value }
      case 6: if let value = try reader.bool(tag) { capturedOffline = value }
      case 7: if let value = try reader.unsigned32(tag) { channel = value }
      case 8: try reader.read(tag, .after, into: &after)
      case 9:
        if let value = try reader.textPlace(tag, .ownReference, limit: StayEvent.ownReferenceBytesMax) { ownReference = value }
      case 10: if let value = try reader.textPlace(tag, .officer, limit: WireLimits.officerBytesMax) { officer = value }
      case 11: if let value = try reader.unsigned32(tag) { filledIn = value }
      case 12: try readTraceparent(&reader, tag)
      case 13: try readReplay(&reader, tag)
      case 14: try identity.readPlain(&reader, tag)
      case 15: try identity.readSealed(&reader, tag)
      case 20...30: try body.read(&reader, tag)
      default: try reader.skip(tag)
      }
    }
  }

  private mutating func readEstablishment(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard let range = try reader.range(tag) else { return }
    guard !range.isEmpty else {
      establishment = nil
      return
    }
    do {
      establishment = try EstablishmentID(utf8: UnsafeRawBufferPointer(rebasing: reader.bytes[range]))
    } catch {
      throw error == .tooLong ? .tooLong(.establishment) : .invalid(.establishment)
    }
  }

  private mutating func readTraceparent(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard let range = try reader.range(tag) else { return }
    guard range.count <= WireLimits.traceparentBytesMax else { throw .tooLong(.traceparent) }
    // The standard has ASCII only, and so no text has to be made to know that it is UTF-8.
    guard reader.bytes[range].allSatisfy({ $0 < 0x80 }) else { throw .invalid(.traceparent) }
    traceparent = range.isEmpty ? nil : range
  }

  /// Repeated, the field is merged as protobuf has it.
  private mutating func readReplay(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard var message = try reader.message(tag) else { return }
    var place = replayOf ?? QuarantinePlace(partition: 0, incarnation: 0, source: 0)
    while let tag = try message.nextTag() {
      switch tag.field {
      case 1: if let value = try message.unsigned32(tag) { place.partition = value }
      case 2: if let value = try message.unsigned32(tag) { place.incarnation = value }
      case 3: if let value = try message.signed64(tag) { place.source = value }
      default: try message.skip(tag)
      }
    }
    replayOf = place
  }

  /// What the message says, once it is known to be whole.
  func decoded() throws(WireError) -> DecodedEvent {
    guard try !isTick() else { return DecodedEvent(content: .tick, identity: .none, traceparent: traceparent) }
    let event = try event()
    return DecodedEvent(content: .event(event), identity: try identityBytes(), traceparent: traceparent)
  }

  /// Whether the message is a tick, and then one that says nothing else; otherwise it is to be an event.
  package func isTick() throws(WireError) -> Bool {
    guard body.isTick else { return false }
    guard id == nil else { throw .invalid(.eventID) }
    guard establishment == nil else { throw .invalid(.establishment) }
    guard identity.isEmpty else { throw .invalid(.identity) }
    guard replayOf == nil else { throw .invalid(.replayOf) }
    return true
  }

  /// Where the identity lies in the record.
  package func identityBytes() throws(WireError) -> IdentityBytes { try identity.bytes() }

  /// The event that the message is.
  package func event() throws(WireError) -> StayEvent {
    guard let id else { throw .missing(.eventID) }
    guard let establishment else { throw .missing(.establishment) }
    guard channel != 0 else { throw .missing(.channel) }
    guard let channel = UInt8(exactly: channel).flatMap(StayEvent.Channel.init(rawValue:)) else { throw .invalid(.channel) }
    guard filledIn <= 3 else { throw .invalid(.filledIn) }
    if let replayOf, replayOf.source < 0 { throw .invalid(.replayOf) }
    let texts = WireReader(record)
    return StayEvent(
      id: id, establishment: establishment, happened: happened, captured: captured, received: received, capturedOffline: capturedOffline,
      after: after, ownReference: texts.text(at: ownReference), channel: channel, officer: texts.text(at: officer),
      filledIn: StayEvent.FilledIn(rawValue: UInt8(truncatingIfNeeded: filledIn)), replayOf: replayOf, body: try body.event(texts))
  }
}

@available(*, unavailable)
extension EventParts: Sendable {}

/// The two forms of an identity in an event.
///
/// Sealed identities are merged as protobuf has it. A plain one stands alone: nothing may hide behind or before it.
struct IdentityParts {
  private enum Form { case none, plain, sealed }

  private var form = Form.none
  private var content = 0..<0
  private var sealed = SealedParts()

  var isEmpty: Bool { form == .none }

  mutating func readPlain(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard let range = try reader.range(tag) else { return }
    guard form == .none else { throw .invalid(.identity) }
    form = .plain
    content = range
  }

  mutating func readSealed(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard var message = try reader.message(tag) else { return }
    guard form != .plain else { throw .invalid(.identity) }
    form = .sealed
    try sealed.read(&message)
  }

  func bytes() throws(WireError) -> IdentityBytes {
    switch form {
    case .none: .none
    case .plain: .plain(content)
    case .sealed: .sealed(try sealed.ranges())
    }
  }
}

/// The fields of a `SealedIdentity` message as they are met.
struct SealedParts {
  private var month: UInt32 = 0
  private var envelope = 0..<0
  private var nonce = 0..<0
  private var ciphertext = 0..<0

  mutating func read(_ reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: if let value = try reader.unsigned32(tag) { month = value }
      case 2: if let value = try reader.range(tag) { envelope = value }
      case 3: if let value = try reader.range(tag) { nonce = value }
      case 4: if let value = try reader.range(tag) { ciphertext = value }
      default: try reader.skip(tag)
      }
    }
  }

  func ranges() throws(WireError) -> SealedRanges {
    guard let month = KeyMonth(wire: month) else { throw .invalid(.month) }
    guard envelope.count == SealedIdentity.envelopeBytes else { throw .invalid(.envelope) }
    guard nonce.count == SealedIdentity.nonceBytes else { throw .invalid(.nonce) }
    guard ciphertext.count >= SealedIdentity.tagBytes else { throw .invalid(.ciphertext) }
    return SealedRanges(month: month, envelope: envelope, nonce: nonce, ciphertext: ciphertext)
  }
}
