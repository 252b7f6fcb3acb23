import Foundation
import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingWire
import Logging
import Testing

/// A register on disk with two inns, under a clock that is moved by hand; it begins on 20 November 2026.
final class KeyedRegister {
  let inn: EstablishmentID
  let otherInn: EstablishmentID
  let clock: SimulatedClock
  private(set) var register: Register
  private let folder: DataFolder
  private var sent: [(StayEvent, GuestIdentity)] = []

  private static let logger = Logger(label: "test")

  static func run(_ body: (KeyedRegister) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "lodging-keys-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(KeyedRegister(DataFolder(path)))
  }

  private init(_ folder: DataFolder) throws {
    self.folder = folder
    inn = try EstablishmentID("HN-0001")
    otherInn = try EstablishmentID("HN-0002")
    clock = SimulatedClock(try Instant(rfc3339: "2026-11-20T18:00:00+07:00"))
    register = try Register(folder, clock: clock, logger: Self.logger, making: true)
    let commune = try #require(CommuneCode("00004"))
    let details = EstablishmentDetails(name: "Inn", kind: .guestHouse, commune: commune, remote: false, rooms: 3, beds: 6)
    for inn in [inn, otherInn] {
      let rows = try send([(event(1, .establishmentOpened(details), at: inn), nil)], of: inn)
      #expect(rows.map(\.decision.outcome) == [.accepted])
    }
  }

  var partition: Int { register.partition(of: inn) }

  /// Closes the register, lets `body` work on its folder, and opens it again.
  func reopen(_ body: (DataFolder, SimulatedClock, Logger) throws -> Void) throws {
    let other = DataFolder(folder.path + "-away")
    defer { try? FileManager.default.removeItem(atPath: other.path) }
    register = try Register(other, clock: clock, logger: Self.logger, making: true)
    try body(folder, clock, Self.logger)
    register = try Register(folder, clock: clock, logger: Self.logger, making: false)
  }

  // MARK: Events

  /// Registers a guest from now until `departure`, at the inn unless said otherwise, and returns the stay.
  func checkIn(number: String = "001190000001", until departure: String, at place: EstablishmentID? = nil) throws -> EventID {
    let now = clock.now
    let stay = StayDetails(
      guestKind: .citizen, nationality: .vietnam, room: "1", arrival: LocalMoment(now),
      departure: LocalMoment(try Instant(rfc3339: departure)))
    let identity = GuestIdentity(
      fullName: "Nguyễn Thị Mẫu", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female, documentKind: .chipCard,
      documentNumber: number)
    let event = event(UInt64(sent.count) + 2, .checkIn(stay), at: place ?? inn)
    sent.append((event, identity))
    let rows = try send([(event, identity)], of: event.establishment)
    #expect(rows.allSatisfy { $0.decision.outcome.isRegistered })
    return event.id
  }

  /// Sends every check-in of the inn once more, sealed to the key of the month that it is now.
  func sendAgain() throws -> [ReceiptRow] { try send(sent.filter { $0.0.establishment == inn }.map { ($0.0, $0.1) }, of: inn) }

  private func send(_ events: [(StayEvent, GuestIdentity?)], of inn: EstablishmentID) throws -> [ReceiptRow] {
    let sender = try EventSender(register)
    defer { sender.close() }
    return try sender.send(try events.map { try sender.encode($0.0, identity: $0.1) }, of: inn)
  }

  private func event(_ number: UInt64, _ body: StayEvent.Body, at inn: EstablishmentID) -> StayEvent {
    let now = clock.now
    return StayEvent(
      id: EventID(high: 0, low: number), establishment: inn, happened: now, captured: now, received: now, channel: .api, body: body)
  }

  /// Appends a check-in under the key of another establishment, as garbage comes, and returns its offset.
  func misplace(_ number: UInt64) throws -> Int64 {
    let sender = try EventSender(register)
    defer { sender.close() }
    let now = clock.now
    let stay = StayDetails(
      guestKind: .citizen, nationality: .vietnam, room: "1", arrival: LocalMoment(now), departure: LocalMoment(now.adding(days: 1)))
    let identity = GuestIdentity(
      fullName: "Nguyễn Thị Mẫu", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female, documentKind: .chipCard,
      documentNumber: "001190000009")
    let value = try sender.encode(event(number, .checkIn(stay), at: inn), identity: identity)
    let appender = try register.log.makeAppender()
    try appender.submit([NewRecord(key: Array("HN-9999".utf8), value: value)], to: TopicPartition(.events, partition), tag: 0)
    let landed = try #require(try appender.acknowledgements(timeout: .seconds(10)).first).result.get()
    try sender.settleAll()
    return try #require(landed.first)
  }

  // MARK: Answers

  func stay(_ id: EventID, purpose: String?) throws -> StayOutput {
    try #require(try StayDesk(register).stays(of: inn, purpose: purpose).first { $0.stay == id.description })
  }

  /// The receipt of the check-in of a stay.
  func receipt(of stay: EventID) throws -> ReceiptID? {
    let place = Int64(stay.low) - 1
    return try register.store.read { try $0.receipt(partition: partition, source: place) }.flatMap { try register.receiptID(of: $0) }
  }

  func expectAuditOK(reseals: Int) throws {
    var report = try register.makeAudit().run()
    try RegisterComparison.compare(register, with: &report)
    #expect(report.isOK, "\(report.differences)")
    #expect(report.reseals == reseals)
  }

  // MARK: Stores

  /// Every sealed identity of the inn's stays on the events log and in the ledger.
  func sealedIdentities() throws -> [(stay: EventID, sealed: SealedIdentity)] {
    var found: [(EventID, SealedIdentity)] = []
    func take(_ bytes: UnsafeRawBufferPointer) {
      guard let decoded = try? WireEvent.decode(bytes), case .event(let event) = decoded.content,
        case .sealed(let ranges) = decoded.identity
      else { return }
      found.append((event.id, SealedIdentity(ranges, in: bytes)))
    }
    let start = try register.log.bounds(of: TopicPartition(.events, partition)).start
    _ = try register.log.walk(TopicPartition(.events, partition), from: start) { record in
      record.value.map(take)
      return true
    }
    _ = try register.log.walk(TopicPartition(.ledger, partition), from: 0) { record in
      guard let value = record.value, let entry = try? LedgerReader.entry(value) else { return true }
      if case .reseal(let reseal) = entry.body { found.append((reseal.stay, reseal.sealed)) }
      if case .decided = entry.body { take(UnsafeRawBufferPointer(rebasing: value[entry.event])) }
      return true
    }
    return found
  }

  /// Every file of the folder with its bytes.
  func files() throws -> [(name: String, bytes: [UInt8])] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return try names.compactMap { name in
      let url = URL(fileURLWithPath: folder.path + "/" + name)
      guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { return nil }
      return (name, Array(try Data(contentsOf: url)))
    }
  }
}
