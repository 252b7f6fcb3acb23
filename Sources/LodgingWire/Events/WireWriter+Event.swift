import LodgingDomain

extension WireWriter {
  /// Writes the fields of a `StayEvent` message.
  mutating func put(_ event: StayEvent, identity: OutgoingIdentity, traceparent: String) {
    put(1, event.id)
    event.establishment.withUTF8 { put(2, bytes: $0) }
    put(3, event.happened)
    put(4, event.captured)
    put(5, event.received)
    put(6, event.capturedOffline)
    put(7, UInt32(event.channel.rawValue))
    if let after = event.after { put(8, after) }
    put(9, event.ownReference)
    put(10, event.officer)
    put(11, UInt32(event.filledIn.rawValue))
    put(12, traceparent)
    if let place = event.replayOf { put(place) }
    switch identity {
    case .none: break
    case .plain(let guest): put(14) { $0.put(guest) }
    case .sealed(let sealed): put(15) { $0.put(sealed) }
    }
    put(event.body)
  }

  /// Writes the field of a `StayEvent` that names the record which it was.
  mutating func put(_ place: QuarantinePlace) {
    put(13) {
      $0.put(1, place.partition)
      $0.put(2, place.incarnation)
      $0.put(3, signed: place.source)
    }
  }

  /// Writes the same so that it replaces an earlier one in the same message, to which protobuf would add it.
  mutating func put(replacing place: QuarantinePlace) {
    put(13) {
      $0.put(1, present: UInt64(place.partition))
      $0.put(2, present: UInt64(place.incarnation))
      $0.put(3, present: UInt64(bitPattern: place.source << 1 ^ place.source >> 63))
    }
  }

  private mutating func put(_ body: StayEvent.Body) {
    switch body {
    case .checkIn(let details): put(20) { $0.put(1) { $0.put(details) } }
    case .amendment(let stay, let details):
      put(21) {
        $0.put(1, stay)
        $0.put(2) { $0.put(details) }
      }
    case .roomChange(let stay, let room):
      put(22) {
        $0.put(1, stay)
        $0.put(2, room)
      }
    case .extended(let stay, let departure):
      put(23) {
        $0.put(1, stay)
        $0.put(2) { $0.put(departure) }
      }
    case .checkOut(let stay): put(24) { $0.put(1, stay) }
    case .cancellation(let stay): put(25) { $0.put(1, stay) }
    case .dailyClose(let day, let guests):
      put(26) {
        $0.put(1, signed: Int32(truncatingIfNeeded: day.daysSinceEpoch))
        $0.put(2, guests)
      }
    case .establishmentOpened(let details): put(27) { $0.put(1) { $0.put(details) } }
    case .establishmentChanged(let details): put(28) { $0.put(1) { $0.put(details) } }
    case .establishmentClosed: put(29) { _ in }
    }
  }

  private mutating func put(_ details: StayDetails) {
    put(1, UInt32(details.guestKind.rawValue))
    put(2, details.nationality.code)
    put(3, details.room)
    put(4) { $0.put(details.arrival) }
    put(5) { $0.put(details.departure) }
    put(6, UInt32(details.reason))
    if let party = details.party { put(7, party) }
    if let permit = details.permitUntil { put(8, signed: permit.wireDay) }
  }

  private mutating func put(_ moment: LocalMoment) {
    put(1, moment.instant)
    put(2, moment.isDateOnly)
  }

  private mutating func put(_ details: EstablishmentDetails) {
    put(1, details.name)
    put(2, UInt32(details.kind.rawValue))
    put(3, details.commune.number)
    put(4, details.remote)
    put(5, details.rooms)
    put(6, details.beds)
  }

  /// Writes the fields of a `SealedIdentity` message.
  mutating func put(_ sealed: SealedIdentity) {
    put(1, sealed.month.index)
    put(2, bytes: sealed.envelope)
    put(3, bytes: sealed.nonce)
    put(4, bytes: sealed.ciphertext)
  }

  /// Writes the fields of a `GuestIdentity` message, without padding.
  mutating func put(_ identity: GuestIdentity) {
    put(1, identity.fullName)
    put(2, identity.birthDate?.description ?? "")
    put(3, UInt32(identity.sex?.rawValue ?? 0))
    put(4, UInt32(identity.documentKind.rawValue))
    put(5, identity.documentNumber)
    put(6, identity.documentName)
    put(7, signed: identity.documentExpiry?.wireDay ?? 0)
    put(8, UInt32(identity.noDocumentReason?.rawValue ?? 0))
    put(9, identity.machineReadableZone)
    put(10, identity.phone)
    put(11, identity.address)
    put(12, identity.reasonText)
    put(13, identity.note)
  }
}
