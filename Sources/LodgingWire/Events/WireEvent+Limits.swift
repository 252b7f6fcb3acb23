import LodgingDomain

/// What a writer refuses because no reader would take it.
extension WireEvent {
  static func check(_ event: StayEvent, traceparent: String) throws(WireError) {
    try check(event.happened, .happened)
    try check(event.captured, .captured)
    try check(event.received, .received)
    try check(event.ownReference, .ownReference, limit: StayEvent.ownReferenceBytesMax)
    try check(event.officer, .officer, limit: WireLimits.officerBytesMax)
    try check(traceparent, .traceparent, limit: WireLimits.traceparentBytesMax)
    guard traceparent.utf8.allSatisfy({ $0 < 0x80 }) else { throw .invalid(.traceparent) }
    guard event.filledIn.rawValue <= 3 else { throw .invalid(.filledIn) }
    if let place = event.replayOf, place.source < 0 { throw .invalid(.replayOf) }
    switch event.body {
    case .checkIn(let details), .amendment(_, let details):
      try check(details.arrival.instant, .arrival)
      try check(details.departure.instant, .departure)
      try check(details.room, .room, limit: StayDetails.roomBytesMax)
    case .roomChange(_, let room): try check(room, .room, limit: StayDetails.roomBytesMax)
    case .extended(_, let departure): try check(departure.instant, .departure)
    case .establishmentOpened(let details), .establishmentChanged(let details):
      try check(details.name, .name, limit: EstablishmentDetails.nameBytesMax)
    case .checkOut, .cancellation, .dailyClose, .establishmentClosed: break
    }
  }

  static func check(_ identity: OutgoingIdentity) throws(WireError) {
    switch identity {
    case .none: break
    case .plain(let guest): try WireIdentity.check(guest)
    case .sealed(let sealed): try check(sealed)
    }
  }

  static func check(_ sealed: SealedIdentity) throws(WireError) {
    guard KeyMonth(wire: sealed.month.index) != nil else { throw .invalid(.month) }
    guard sealed.envelope.count == SealedIdentity.envelopeBytes else { throw .invalid(.envelope) }
    guard sealed.nonce.count == SealedIdentity.nonceBytes else { throw .invalid(.nonce) }
    guard sealed.ciphertext.count >= SealedIdentity.tagBytes else { throw .invalid(.ciphertext) }
  }

  private static func check(_ instant: Instant, _ field: WireField) throws(WireError) {
    guard WireLimits.milliseconds.contains(instant.milliseconds) else { throw .invalid(field) }
  }

  static func check(_ text: String, _ field: WireField, limit: Int) throws(WireError) {
    guard text.utf8.count <= limit else { throw .tooLong(field) }
  }
}
