import LodgingDomain

/// The fields of an event's body as they are met, whichever body it is; a body of another kind begins anew, one of the same kind is merged.
struct BodyParts {
  private var field: UInt32 = 0
  private var content = Content()

  struct Content {
    var stay: EventID?
    var details = StayDetailsParts()
    var room = 0..<0
    var departure = MomentParts()
    var day: Int32 = 0
    var guests: UInt32 = 0
    var establishment = EstablishmentDetailsParts()
  }

  var isTick: Bool { field == 30 }

  mutating func read(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard var message = try reader.message(tag) else { return }
    if field != tag.field {
      field = tag.field
      content = Content()
    }
    while let inner = try message.nextTag() {
      try content.read(&message, inner, of: field)
    }
  }

  /// The body, whose texts `texts` reads.
  func event(_ texts: WireReader) throws(WireError) -> StayEvent.Body {
    switch field {
    case 20: .checkIn(try content.details.details(texts))
    case 21: .amendment(stay: try content.stayID(), try content.details.details(texts))
    case 22: .roomChange(stay: try content.stayID(), room: texts.text(at: content.room))
    case 23: .extended(stay: try content.stayID(), departure: try content.departure.moment(.departure))
    case 24: .checkOut(stay: try content.stayID())
    case 25: .cancellation(stay: try content.stayID())
    case 26: .dailyClose(day: try content.closedDay(), guests: content.guests)
    case 27: .establishmentOpened(try content.establishment.details(texts))
    case 28: .establishmentChanged(try content.establishment.details(texts))
    case 29: .establishmentClosed
    default: throw .unknownBody
    }
  }
}

extension BodyParts.Content {
  fileprivate mutating func read(_ reader: inout WireReader, _ tag: WireReader.Tag, of body: UInt32) throws(WireError) {
    switch (body, tag.field) {
    case (20, 1), (21, 2): try details.read(&reader, tag)
    case (21...25, 1): try reader.read(tag, .stayID, into: &stay)
    case (22, 2): if let value = try reader.textPlace(tag, .room, limit: StayDetails.roomBytesMax) { room = value }
    case (23, 2): try departure.read(&reader, tag)
    case (26, 1): if let value = try reader.signed32(tag) { day = value }
    case (26, 2): if let value = try reader.unsigned32(tag) { guests = value }
    case (27...28, 1): try establishment.read(&reader, tag)
    default: try reader.skip(tag)
    }
  }

  fileprivate func stayID() throws(WireError) -> EventID {
    guard let stay else { throw .missing(.stayID) }
    return stay
  }

  fileprivate func closedDay() throws(WireError) -> CivilDate {
    guard let date = CivilDate(exactDaysSinceEpoch: Int(day)) else { throw .invalid(.day) }
    return date
  }
}

/// The fields of a `Moment` message as they are met; one that is met again is merged, as protobuf has it.
struct MomentParts {
  private var isPresent = false
  private var instant = Instant(milliseconds: 0)
  private var isDateOnly = false

  /// Reads a field that holds a moment.
  mutating func read(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard var message = try reader.message(tag) else { return }
    isPresent = true
    while let inner = try message.nextTag() {
      switch inner.field {
      case 1: if let value = try message.instant(inner, .arrival) { instant = value }
      case 2: if let value = try message.bool(inner) { isDateOnly = value }
      default: try message.skip(inner)
      }
    }
  }

  /// The moment, which must be there.
  func moment(_ field: WireField) throws(WireError) -> LocalMoment {
    guard isPresent else { throw .missing(field) }
    return LocalMoment(instant, isDateOnly: isDateOnly)
  }
}

/// The fields of a `StayDetails` message as they are met; one that is met again is merged, as protobuf has it.
struct StayDetailsParts {
  private var isPresent = false
  private var guestKind: UInt32 = 0
  private var nationality: Nationality?
  private var room = 0..<0
  private var arrival = MomentParts()
  private var departure = MomentParts()
  private var reason: UInt32 = 0
  private var party: EventID?
  private var permitUntil: Int32 = 0

  /// Reads a field that holds the details of a stay.
  mutating func read(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard var message = try reader.message(tag) else { return }
    isPresent = true
    while let tag = try message.nextTag() {
      switch tag.field {
      case 1: if let value = try message.unsigned32(tag) { guestKind = value }
      case 2: if let range = try message.range(tag) { nationality = try Self.nationality(message.bytes[range]) }
      case 3: if let value = try message.textPlace(tag, .room, limit: StayDetails.roomBytesMax) { room = value }
      case 4: try arrival.read(&message, tag)
      case 5: try departure.read(&message, tag)
      case 6: if let value = try message.unsigned32(tag) { reason = value }
      case 7: try message.read(tag, .party, into: &party)
      case 8: if let value = try message.signed32(tag) { permitUntil = value }
      default: try message.skip(tag)
      }
    }
  }

  /// The nationality of a code; nil for an empty one.
  static func nationality(_ code: Slice<UnsafeRawBufferPointer>) throws(WireError) -> Nationality? {
    guard !code.isEmpty else { return nil }
    do {
      return try Nationality(utf8: UnsafeRawBufferPointer(rebasing: code))
    } catch {
      throw .invalid(.nationality)
    }
  }

  /// The details, which must be there; `texts` reads their texts.
  func details(_ texts: WireReader) throws(WireError) -> StayDetails {
    guard isPresent else { throw .missing(.stay) }
    guard guestKind != 0 else { throw .missing(.guestKind) }
    guard let kind = UInt8(exactly: guestKind).flatMap(GuestKind.init(rawValue:)) else { throw .invalid(.guestKind) }
    guard let nationality else { throw .missing(.nationality) }
    guard let reason = UInt8(exactly: reason) else { throw .invalid(.reason) }
    var permit: CivilDate?
    if permitUntil != 0 {
      permit = CivilDate(wireDay: permitUntil)
      guard permit != nil else { throw .invalid(.permitUntil) }
    }
    return StayDetails(
      guestKind: kind, nationality: nationality, room: texts.text(at: room), arrival: try arrival.moment(.arrival),
      departure: try departure.moment(.departure), reason: reason, party: party, permitUntil: permit)
  }
}

/// The fields of an `EstablishmentDetails` message as they are met; one that is met again is merged, as protobuf has it.
struct EstablishmentDetailsParts {
  private var isPresent = false
  private var name = 0..<0
  private var kind: UInt32 = 0
  private var commune: UInt32 = 0
  private var remote = false
  private var rooms: UInt32 = 0
  private var beds: UInt32 = 0

  /// Reads a field that holds the details of an establishment.
  mutating func read(_ reader: inout WireReader, _ tag: WireReader.Tag) throws(WireError) {
    guard var message = try reader.message(tag) else { return }
    isPresent = true
    while let tag = try message.nextTag() {
      switch tag.field {
      case 1: if let value = try message.textPlace(tag, .name, limit: EstablishmentDetails.nameBytesMax) { name = value }
      case 2: if let value = try message.unsigned32(tag) { kind = value }
      case 3: if let value = try message.unsigned32(tag) { commune = value }
      case 4: if let value = try message.bool(tag) { remote = value }
      case 5: if let value = try message.unsigned32(tag) { rooms = value }
      case 6: if let value = try message.unsigned32(tag) { beds = value }
      default: try message.skip(tag)
      }
    }
  }

  /// The details, which must be there; `texts` reads their texts.
  func details(_ texts: WireReader) throws(WireError) -> EstablishmentDetails {
    guard isPresent else { throw .missing(.details) }
    guard kind != 0 else { throw .missing(.kind) }
    guard let kind = UInt8(exactly: kind).flatMap(EstablishmentKind.init(rawValue:)) else { throw .invalid(.kind) }
    guard let commune = CommuneCode(number: commune) else { throw .invalid(.commune) }
    return EstablishmentDetails(name: texts.text(at: name), kind: kind, commune: commune, remote: remote, rooms: rooms, beds: beds)
  }
}
