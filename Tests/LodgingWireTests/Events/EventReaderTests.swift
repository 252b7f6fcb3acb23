import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Event reader")
struct EventReaderTests {
  private static let checkOut = sample { $0.body = .checkOut(.with { $0.stayID = .init(repeating: 7, count: 16) }) }

  private static func sample(_ change: (inout ProtoStayEvent) -> Void = { _ in }) -> ProtoStayEvent {
    .with {
      $0.eventID = .init(1...16)
      $0.establishment = "hotel-1"
      $0.channel = .api
      $0.body = .checkIn(
        .with {
          $0.stay = .with {
            $0.guestKind = .citizen
            $0.nationality = "VNM"
            $0.arrival = .with { $0.ms = 1_782_864_000_000 }
            $0.departure = ProtoMoment()
            $0.reason = 1
          }
        })
      change(&$0)
    }
  }

  private static func read(_ proto: ProtoStayEvent) throws -> DecodedEvent { try WireEvent.decode(try proto.serializedBytes()) }

  private static func readDetails(_ change: (inout ProtoStayDetails) -> Void) throws -> StayDetails? {
    var proto = sample()
    change(&proto.checkIn.stay)
    guard case .event(let event) = try read(proto).content else { return nil }
    return event.stayDetails
  }

  @Test("an identifier's bytes are read in their order")
  func identifiers() throws {
    guard case .event(let event) = try Self.read(Self.sample()).content else { return #expect(Bool(false)) }
    #expect(event.id.description == "01020304-0506-0708-090a-0b0c0d0e0f10")
    #expect(event.stayDetails?.arrival == LocalMoment(Instant(milliseconds: 1_782_864_000_000)))
    #expect(event.stayDetails?.departure == LocalMoment(Instant(milliseconds: 0)), "an empty moment is the epoch, not a missing one")
  }

  @Test("a tick is bound to no establishment and no event")
  func ticks() throws {
    var bytes: [UInt8] = []
    WireEvent.encodeTick(into: &bytes)
    #expect(bytes == [0xF2, 0x01, 0x00])
    #expect(try WireEvent.decode(bytes) == DecodedEvent(content: .tick, identity: .none))
    #expect(throws: WireError.invalid(.establishment)) {
      try Self.read(
        .with {
          $0.establishment = "hotel-1"
          $0.tick = ProtoTick()
        })
    }
    #expect(throws: WireError.invalid(.eventID)) {
      try Self.read(
        .with {
          $0.eventID = .init(1...16)
          $0.tick = ProtoTick()
        })
    }
    #expect(throws: WireError.invalid(.identity)) {
      try Self.read(
        .with {
          $0.plain = ProtoGuestIdentity()
          $0.tick = ProtoTick()
        })
    }
  }

  @Test("an event may say which record in quarantine it was; said again, the later one counts, zeros included")
  func replays() throws {
    let place = QuarantinePlace(partition: 0, incarnation: 1, source: 0)
    let first = Self.sample { $0.replayOf = .with { ($0.partition, $0.incarnation, $0.source) = (5, 2, 77) } }
    var bytes = Array(try first.serializedBytes() as Data)
    func replayOf() throws -> QuarantinePlace? {
      guard case .event(let event) = try WireEvent.decode(bytes).content else { return nil }
      return event.replayOf
    }
    #expect(try replayOf() == QuarantinePlace(partition: 5, incarnation: 2, source: 77))
    WireEvent.append(replayOf: place, to: &bytes)
    #expect(try replayOf() == place)
    #expect(try ProtoStayEvent(serializedBytes: bytes).replayOf == .with { $0.incarnation = 1 })
    #expect(throws: WireError.invalid(.replayOf)) { try Self.read(Self.sample { $0.replayOf.source = -1 }) }
    #expect(throws: WireError.invalid(.replayOf)) {
      try Self.read(
        .with {
          $0.replayOf = ProtoQuarantinePlace()
          $0.tick = ProtoTick()
        })
    }
  }

  @Test("what must be there is missed by name")
  func missing() {
    #expect(throws: WireError.missing(.eventID)) { try WireEvent.decode([0xC2, 0x01, 0x00]) }
    #expect(throws: WireError.missing(.eventID)) { try WireEvent.decode([]) }
    #expect(throws: WireError.missing(.eventID)) { try Self.read(Self.sample { $0.eventID = .init() }) }
    #expect(throws: WireError.missing(.establishment)) { try Self.read(Self.sample { $0.establishment = "" }) }
    #expect(throws: WireError.missing(.channel)) { try Self.read(Self.sample { $0.channel = .unspecified }) }
    #expect(throws: WireError.unknownBody) { try Self.read(Self.sample { $0.body = nil }) }
    #expect(throws: WireError.missing(.stay)) { try Self.read(Self.sample { $0.checkIn = ProtoCheckIn() }) }
    #expect(throws: WireError.missing(.stayID)) { try Self.read(Self.sample { $0.checkOut = ProtoCheckOut() }) }
    #expect(throws: WireError.missing(.departure)) {
      try Self.read(Self.sample { $0.extension = .with { $0.stayID = .init(repeating: 1, count: 16) } })
    }
    #expect(throws: WireError.missing(.details)) { try Self.read(Self.sample { $0.establishmentOpened = ProtoEstablishmentOpened() }) }
    #expect(throws: WireError.missing(.kind)) {
      try Self.read(Self.sample { $0.establishmentOpened = .with { $0.details = ProtoEstablishmentDetails() } })
    }
    #expect(throws: WireError.missing(.guestKind)) { try Self.readDetails { $0.guestKind = .unspecified } }
    #expect(throws: WireError.missing(.nationality)) { try Self.readDetails { $0.nationality = "" } }
    #expect(throws: WireError.missing(.arrival)) { try Self.readDetails { $0.clearArrival() } }
    #expect(throws: WireError.missing(.departure)) { try Self.readDetails { $0.clearDeparture() } }
  }

  @Test("identifiers and sealed parts have one length each", arguments: [1, 15, 17, 32])
  func lengths(count: Int) {
    #expect(throws: WireError.invalid(.eventID)) { try Self.read(Self.sample { $0.eventID = .init(repeating: 1, count: count) }) }
    #expect(throws: WireError.invalid(.after)) { try Self.read(Self.sample { $0.after = .init(repeating: 1, count: count) }) }
    #expect(throws: WireError.invalid(.party)) { try Self.readDetails { $0.party = .init(repeating: 1, count: count) } }
    #expect(throws: WireError.invalid(.stayID)) {
      try Self.read(Self.sample { $0.checkOut = .with { $0.stayID = .init(repeating: 1, count: count) } })
    }
    func sealed(_ change: (inout ProtoSealedIdentity) -> Void) throws -> DecodedEvent {
      var sealed = ProtoSealedIdentity.with {
        $0.month = 24_319
        $0.envelope = .init(repeating: 1, count: 80)
        $0.nonce = .init(repeating: 2, count: 12)
        $0.ciphertext = .init(repeating: 3, count: 16)
      }
      change(&sealed)
      return try Self.read(Self.sample { $0.sealed = sealed })
    }
    #expect(throws: Never.self) { try sealed { _ in } }
    #expect(throws: WireError.invalid(.envelope)) { try sealed { $0.envelope = .init(repeating: 1, count: count) } }
    #expect(throws: WireError.invalid(.nonce)) { try sealed { $0.nonce = .init(repeating: 1, count: count) } }
    #expect(throws: WireError.invalid(.ciphertext)) { try sealed { $0.ciphertext = .init(repeating: 1, count: 15) } }
    #expect(throws: WireError.invalid(.month)) { try sealed { $0.month = 120_000 } }
  }

  @Test("texts are taken up to their limit in bytes")
  func textLimits() throws {
    func text(_ bytes: Int) -> String { String(repeating: "đ", count: bytes / 2) + (bytes % 2 == 1 ? "a" : "") }
    #expect(throws: Never.self) { try Self.read(Self.sample { $0.ownReference = text(128) }) }
    #expect(throws: WireError.tooLong(.ownReference)) { try Self.read(Self.sample { $0.ownReference = text(129) }) }
    #expect(throws: Never.self) { try Self.read(Self.sample { $0.officer = text(64) }) }
    #expect(throws: WireError.tooLong(.officer)) { try Self.read(Self.sample { $0.officer = text(65) }) }
    #expect(throws: Never.self) { try Self.readDetails { $0.room = text(32) } }
    #expect(throws: WireError.tooLong(.room)) { try Self.readDetails { $0.room = text(33) } }
    #expect(throws: WireError.tooLong(.establishment)) { try Self.read(Self.sample { $0.establishment = text(33) }) }
    #expect(throws: WireError.tooLong(.traceparent)) { try Self.read(Self.sample { $0.traceparent = String(repeating: "0", count: 129) }) }
    func opened(_ name: Int) throws -> DecodedEvent {
      try Self.read(
        Self.sample {
          $0.establishmentOpened = .with {
            $0.details = .with {
              $0.name = text(name)
              $0.kind = 1
            }
          }
        })
    }
    #expect(throws: Never.self) { try opened(256) }
    #expect(throws: WireError.tooLong(.name)) { try opened(257) }
  }

  @Test("values that the domain cannot express are refused by name")
  func values() {
    #expect(throws: WireError.invalid(.channel)) { try Self.read(Self.sample { $0.channel = .UNRECOGNIZED(10) }) }
    #expect(throws: WireError.invalid(.channel)) { try Self.read(Self.sample { $0.channel = .UNRECOGNIZED(-1) }) }
    #expect(throws: WireError.invalid(.channel)) { try Self.read(Self.sample { $0.channel = .UNRECOGNIZED(257) }) }
    #expect(throws: WireError.invalid(.filledIn)) { try Self.read(Self.sample { $0.filledIn = 4 }) }
    #expect(throws: WireError.invalid(.establishment)) { try Self.read(Self.sample { $0.establishment = "Hà Nội" }) }
    #expect(throws: WireError.invalid(.happened)) { try Self.read(Self.sample { $0.happenedMs = .max }) }
    #expect(throws: WireError.invalid(.received)) { try Self.read(Self.sample { $0.receivedMs = .min }) }
    #expect(throws: WireError.invalid(.guestKind)) { try Self.readDetails { $0.guestKind = .UNRECOGNIZED(3) } }
    #expect(throws: WireError.invalid(.nationality)) { try Self.readDetails { $0.nationality = "QQQ" } }
    #expect(throws: WireError.invalid(.reason)) { try Self.readDetails { $0.reason = 256 } }
    #expect(throws: WireError.invalid(.permitUntil)) { try Self.readDetails { $0.permitUntilDay = .max } }
    #expect(throws: WireError.invalid(.permitUntil)) { try Self.readDetails { $0.permitUntilDay = .min } }
    #expect(throws: WireError.invalid(.day)) { try Self.read(Self.sample { $0.dailyClose = .with { $0.day = .max } }) }
    #expect(throws: WireError.invalid(.commune)) {
      try Self.read(
        Self.sample {
          $0.establishmentChanged = .with {
            $0.details = .with {
              $0.kind = 1
              $0.commune = 100_000
            }
          }
        })
    }
  }

  @Test("a plain identity stands alone")
  func plainAlone() throws {
    let plain: [UInt8] = try Self.sample { $0.plain = .with { $0.fullName = "A" } }.serializedBytes()
    let sealed: [UInt8] = try Self.sample { $0.sealed = ProtoSealedIdentity() }.serializedBytes()
    for record in [plain + plain, plain + sealed, sealed + plain] {
      #expect(throws: WireError.invalid(.identity)) { try WireEvent.decode(record) }
    }
  }

  @Test("fields are taken in any order, and the last body counts")
  func order() throws {
    let checkIn: [UInt8] = try Self.sample().serializedBytes()
    let checkOut: [UInt8] = try Self.checkOut.serializedBytes()
    guard case .event(let last) = try WireEvent.decode(checkIn + checkOut).content else { return #expect(Bool(false)) }
    #expect(last.body == .checkOut(stay: EventID(high: 0x0707_0707_0707_0707, low: 0x0707_0707_0707_0707)))
    guard case .event(let first) = try WireEvent.decode(checkOut + checkIn).content else { return #expect(Bool(false)) }
    #expect(first.stayDetails != nil)
  }

  @Test("Confluent framing is skipped, and only the first message of the schema is taken")
  func framing() throws {
    let record: [UInt8] = try Self.sample { $0.traceparent = "00-aa" }.serializedBytes()
    let bare = try WireEvent.decode(record)
    for header: [UInt8] in [[0, 0, 0, 0, 42, 0], [0, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0]] {
      let framed = try WireEvent.decode(header + record)
      #expect(framed.content == bare.content)
      #expect(framed.traceparent.map { Array((header + record)[$0]) } == Array("00-aa".utf8), "ranges count from the frame's first byte")
    }
    for header: [UInt8] in [[0, 0, 0, 0, 42, 2, 2], [0, 0, 0, 0, 42, 4, 0, 0], [0, 0, 0, 0, 42, 1]] {
      #expect(throws: WireError.malformed(.framing)) { try WireEvent.decode(header + record) }
    }
    for header: [UInt8] in [[0], [0, 0, 0, 0, 42], [0, 0, 0, 0, 42, 2]] {
      #expect(throws: WireError.malformed(.truncated)) { try WireEvent.decode(header) }
    }
  }

  @Test("what is no protobuf message is refused for what it is")
  func malformed() {
    #expect(throws: WireError.malformed(.group)) { try WireEvent.decode([0xFB, 0x01]) }
    #expect(throws: WireError.malformed(.group)) { try WireEvent.decode([0xFC, 0x01]) }
    #expect(throws: WireError.malformed(.tag)) { try WireEvent.decode([0x06]) }
    #expect(throws: WireError.malformed(.tag)) { try WireEvent.decode([0x07]) }
    #expect(throws: WireError.malformed(.tag)) { try WireEvent.decode([0xFF, 0xFF, 0xFF, 0xFF, 0x0F]) }
    #expect(throws: WireError.malformed(.truncated)) { try WireEvent.decode([0x0A, 0x10, 1, 2, 3]) }
    #expect(throws: WireError.malformed(.truncated)) { try WireEvent.decode([0x0A]) }
    #expect(throws: WireError.malformed(.truncated)) { try WireEvent.decode([0x8A]) }
    #expect(throws: WireError.malformed(.truncated)) { try WireEvent.decode([0x0A] + [UInt8](repeating: 0xFF, count: 9) + [0x01]) }
    #expect(throws: WireError.malformed(.varint)) { try WireEvent.decode([0x18] + [UInt8](repeating: 0xFF, count: 10) + [0x01]) }
    #expect(throws: WireError.malformed(.text)) { try WireEvent.decode([0x4A, 0x02, 0xC3, 0x28]) }
  }
}
