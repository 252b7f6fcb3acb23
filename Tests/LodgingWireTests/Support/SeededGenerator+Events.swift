import LodgingDomain
import LodgingWire

extension SeededGenerator {
  mutating func event() -> StayEvent {
    StayEvent(
      id: eventID(), establishment: establishment(), happened: instant(), captured: instant(), received: instant(),
      capturedOffline: oneIn(5), after: oneIn(5) ? eventID() : nil, ownReference: text(limit: StayEvent.ownReferenceBytesMax),
      channel: StayEvent.Channel.allCases.randomElement(using: &self) ?? .api, officer: oneIn(5) ? text(limit: 64) : "",
      filledIn: StayEvent.FilledIn(rawValue: UInt8.random(in: 0...3, using: &self)), replayOf: oneIn(5) ? quarantinePlace() : nil,
      body: body())
  }

  private mutating func establishment() -> EstablishmentID {
    let alphabet = Array("ABCxyz019._-".utf8)
    let bytes = (0..<Int.random(in: 1...32, using: &self)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] }
    do {
      return try bytes.withUnsafeBytes { bytes throws(EstablishmentIDError) in try EstablishmentID(utf8: bytes) }
    } catch {
      preconditionFailure("the alphabet is allowed")
    }
  }

  private mutating func quarantinePlace() -> QuarantinePlace {
    QuarantinePlace(
      partition: UInt32(skewed(below: 1 << 32)), incarnation: UInt32(skewed(below: 1 << 32)),
      source: Int64(bitPattern: UInt64(skewed(below: 1 << 32))))
  }

  private mutating func body() -> StayEvent.Body {
    switch Int.random(in: 0..<14, using: &self) {
    case 0..<4: .checkIn(details())
    case 4, 5: .amendment(stay: eventID(), details())
    case 6: .roomChange(stay: eventID(), room: text(limit: StayDetails.roomBytesMax))
    case 7: .extended(stay: eventID(), departure: moment())
    case 8: .checkOut(stay: eventID())
    case 9: .cancellation(stay: eventID())
    case 10: .dailyClose(day: date(), guests: UInt32(skewed(below: 1 << 32)))
    case 11: .establishmentOpened(establishmentDetails())
    case 12: .establishmentChanged(establishmentDetails())
    default: .establishmentClosed
    }
  }

  private mutating func moment() -> LocalMoment { LocalMoment(instant(), isDateOnly: oneIn(2)) }

  private mutating func details() -> StayDetails {
    let nationality = (try? Nationality(["VNM", "DEU", "XXA", "GBR", "RKS"].randomElement(using: &self) ?? "VNM")) ?? .vietnam
    return StayDetails(
      guestKind: GuestKind.allCases.randomElement(using: &self) ?? .citizen, nationality: nationality,
      room: text(limit: StayDetails.roomBytesMax), arrival: moment(), departure: moment(),
      reason: UInt8.random(in: 0...255, using: &self), party: oneIn(2) ? eventID() : nil, permitUntil: oneIn(2) ? date() : nil)
  }

  private mutating func establishmentDetails() -> EstablishmentDetails {
    EstablishmentDetails(
      name: text(limit: EstablishmentDetails.nameBytesMax), kind: EstablishmentKind.allCases.randomElement(using: &self) ?? .hotel,
      commune: CommuneCode(number: UInt32.random(in: 0...99_999, using: &self)) ?? commune, remote: oneIn(2),
      rooms: UInt32(skewed(below: 1 << 32)), beds: UInt32(skewed(below: 1 << 32)))
  }

  private var commune: CommuneCode { CommuneCode(number: 0).unsafelyUnwrapped }

  mutating func sealed() -> SealedIdentity {
    SealedIdentity(
      month: KeyMonth(index: UInt32.random(in: 0...119_999, using: &self)), envelope: bytes(80), nonce: bytes(12),
      ciphertext: bytes(Int.random(in: 16...300, using: &self)))
  }

  mutating func outgoing() -> OutgoingIdentity {
    switch Int.random(in: 0..<4, using: &self) {
    case 0: .none
    case 1: .plain(identity())
    default: .sealed(sealed())
    }
  }

  mutating func identity() -> GuestIdentity {
    GuestIdentity(
      fullName: text(limit: 512), birthDate: birthDate(), sex: oneIn(3) ? nil : oneIn(2) ? .male : .female,
      documentKind: DocumentKind.allCases.randomElement(using: &self) ?? .passport, documentNumber: text(limit: 512),
      documentName: text(limit: 512), documentExpiry: oneIn(2) ? date() : nil,
      noDocumentReason: oneIn(4) ? NoDocumentReason.allCases.randomElement(using: &self) : nil, machineReadableZone: text(limit: 512),
      phone: text(limit: 512), address: text(limit: 512), reasonText: text(limit: 512), note: text(limit: 512))
  }

  private mutating func birthDate() -> PartialDate? {
    let year = Int.random(in: 1...9999, using: &self)
    let month = Int.random(in: 1...12, using: &self)
    return switch Int.random(in: 0..<4, using: &self) {
    case 0: nil
    case 1: try? PartialDate(year: year)
    case 2: try? PartialDate(year: year, month: month)
    default: try? PartialDate(year: year, month: month, day: Int.random(in: 1...28, using: &self))
    }
  }
}
