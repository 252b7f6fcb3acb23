import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf

/// The same records by swift-protobuf's generated code, written field by field and without any of the product's encoders.
enum ProtoOracle {
  static func event(_ event: StayEvent, identity: OutgoingIdentity = .none, traceparent: String = "") -> ProtoStayEvent {
    var proto = ProtoStayEvent()
    proto.eventID = data(event.id)
    proto.establishment = event.establishment.description
    proto.happenedMs = event.happened.milliseconds
    proto.capturedMs = event.captured.milliseconds
    proto.receivedMs = event.received.milliseconds
    proto.capturedOffline = event.capturedOffline
    proto.channel = ProtoChannel(rawValue: Int(event.channel.rawValue)) ?? .unspecified
    proto.after = event.after.map(data) ?? Data()
    proto.ownReference = event.ownReference
    proto.officer = event.officer
    proto.filledIn = UInt32(event.filledIn.rawValue)
    proto.traceparent = traceparent
    if let place = event.replayOf {
      proto.replayOf = .with {
        $0.partition = place.partition
        $0.incarnation = place.incarnation
        $0.source = place.source
      }
    }
    switch identity {
    case .none: break
    case .plain(let guest): proto.plain = self.identity(guest)
    case .sealed(let sealed): proto.sealed = self.sealed(sealed)
    }
    proto.body = body(event.body)
    return proto
  }

  static func tick() -> ProtoStayEvent {
    var proto = ProtoStayEvent()
    proto.tick = ProtoTick()
    return proto
  }

  private static func body(_ body: StayEvent.Body) -> ProtoStayEvent.OneOf_Body {
    switch body {
    case .checkIn(let details): .checkIn(.with { $0.stay = self.details(details) })
    case .amendment(let stay, let details):
      .amendment(
        .with {
          $0.stayID = data(stay)
          $0.stay = self.details(details)
        })
    case .roomChange(let stay, let room):
      .roomChange(
        .with {
          $0.stayID = data(stay)
          $0.room = room
        })
    case .extended(let stay, let departure):
      .extension(
        .with {
          $0.stayID = data(stay)
          $0.departure = moment(departure)
        })
    case .checkOut(let stay): .checkOut(.with { $0.stayID = data(stay) })
    case .cancellation(let stay): .cancellation(.with { $0.stayID = data(stay) })
    case .dailyClose(let day, let guests):
      .dailyClose(
        .with {
          $0.day = Int32(day.daysSinceEpoch)
          $0.guests = guests
        })
    case .establishmentOpened(let details): .establishmentOpened(.with { $0.details = self.details(details) })
    case .establishmentChanged(let details): .establishmentChanged(.with { $0.details = self.details(details) })
    case .establishmentClosed: .establishmentClosed(ProtoEstablishmentClosed())
    }
  }

  private static func details(_ details: StayDetails) -> ProtoStayDetails {
    .with {
      $0.guestKind = ProtoGuestKind(rawValue: Int(details.guestKind.rawValue)) ?? .unspecified
      $0.nationality = details.nationality.code
      $0.room = details.room
      $0.arrival = moment(details.arrival)
      $0.departure = moment(details.departure)
      $0.reason = UInt32(details.reason)
      $0.party = details.party.map(data) ?? Data()
      $0.permitUntilDay = day(details.permitUntil)
    }
  }

  private static func moment(_ moment: LocalMoment) -> ProtoMoment {
    .with {
      $0.ms = moment.instant.milliseconds
      $0.dateOnly = moment.isDateOnly
    }
  }

  private static func details(_ details: EstablishmentDetails) -> ProtoEstablishmentDetails {
    .with {
      $0.name = details.name
      $0.kind = UInt32(details.kind.rawValue)
      $0.commune = details.commune.number
      $0.remote = details.remote
      $0.rooms = details.rooms
      $0.beds = details.beds
    }
  }

  static func identity(_ identity: GuestIdentity) -> ProtoGuestIdentity {
    .with {
      $0.fullName = identity.fullName
      $0.birthDate = identity.birthDate.map { "\($0)" } ?? ""
      $0.sex = UInt32(identity.sex?.rawValue ?? 0)
      $0.documentKind = UInt32(identity.documentKind.rawValue)
      $0.documentNumber = identity.documentNumber
      $0.documentName = identity.documentName
      $0.documentExpiryDay = day(identity.documentExpiry)
      $0.noDocumentReason = UInt32(identity.noDocumentReason?.rawValue ?? 0)
      $0.machineReadableZone = identity.machineReadableZone
      $0.phone = identity.phone
      $0.address = identity.address
      $0.reasonText = identity.reasonText
      $0.note = identity.note
    }
  }

  static func sealed(_ sealed: SealedIdentity) -> ProtoSealedIdentity {
    .with {
      $0.month = sealed.month.index
      $0.envelope = Data(sealed.envelope)
      $0.nonce = Data(sealed.nonce)
      $0.ciphertext = Data(sealed.ciphertext)
    }
  }

  static func data(_ id: EventID) -> Data { Data(bigEndian(id.high) + bigEndian(id.low)) }

  static func data(_ digest: Digest128) -> Data { Data(bigEndian(digest.first).reversed() + bigEndian(digest.second).reversed()) }

  private static func bigEndian(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }

  private static func day(_ date: CivilDate?) -> Int32 { date.map { Int32($0.daysSinceEpoch + 1) } ?? 0 }

  /// Reads with unknown fields dropped, so that results can be compared.
  static func read<M: SwiftProtobuf.Message>(_ type: M.Type, _ bytes: some Sequence<UInt8>) throws -> M {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    return try M(serializedBytes: Array(bytes), options: options)
  }
}
