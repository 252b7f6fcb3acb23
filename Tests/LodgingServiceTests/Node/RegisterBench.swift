import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Logging
import Testing

@testable import LodgingService

/// The folder of one register, which several processes have open: each is an object of its own over the same files.
final class RegisterBench {
  let path: String
  let clock: SimulatedClock
  private var lastEvent: UInt64 = 0

  /// An establishment that the tests open.
  let inn: EstablishmentID

  init(at start: String = "2026-11-20T18:00:00+07:00") throws {
    path = NSTemporaryDirectory() + "lodging-register-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    clock = SimulatedClock(try Instant(rfc3339: start))
    inn = try EstablishmentID("HN-0001")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var folder: DataFolder { DataFolder(path) }

  /// One more process that opens the register; its loops look at every step unless told otherwise.
  func open(
    looking interval: Duration = .zero, clock: SimulatedClock? = nil, logger: Logger = Logger(label: "test")
  ) throws -> Register {
    try Register(folder, clock: clock ?? self.clock, logger: logger, for: .making, looking: interval)
  }

  /// A process that loads residents.
  func openForLoad(startingAnew: Bool = false) throws -> Register {
    try Register(folder, clock: clock, logger: Logger(label: "test"), for: .loadingResidents(startingAnew: startingAnew))
  }

  /// A process that only reads.
  func openToRead() throws -> Register { try Register(folder, clock: clock, logger: Logger(label: "test"), for: .reading) }

  /// The paths and bytes of all files of the folder.
  func contents() throws -> [String: Data?] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: path)
    return Dictionary(uniqueKeysWithValues: names.map { ($0, try? Data(contentsOf: URL(fileURLWithPath: path + "/" + $0))) })
  }

  func move(to time: String) throws { clock.move(to: try Instant(rfc3339: time)) }

  // MARK: Events

  func event(_ body: StayEvent.Body, of establishment: EstablishmentID? = nil) -> StayEvent {
    lastEvent += 1
    return StayEvent(
      id: EventID(high: 7, low: lastEvent), establishment: establishment ?? inn, happened: clock.now, captured: clock.now,
      received: clock.now, channel: .api, body: body)
  }

  func opening() throws -> StayEvent {
    let commune = try #require(CommuneCode("00004"))
    return event(
      .establishmentOpened(
        EstablishmentDetails(name: "Inn", kind: .guestHouse, commune: commune, remote: false, rooms: 30, beds: 60)))
  }

  func checkIn(reason: UInt8 = 1) -> StayEvent {
    let departure = clock.now.adding(hours: 40)
    return event(
      .checkIn(
        StayDetails(
          guestKind: .citizen, nationality: .vietnam, room: "1", arrival: LocalMoment(clock.now), departure: LocalMoment(departure),
          reason: reason)))
  }

  static func guest(_ number: String = "001190000001") throws -> GuestIdentity {
    GuestIdentity(
      fullName: "Nguyễn Thị Mẫu", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female, documentKind: .chipCard,
      documentNumber: number)
  }

  /// A row of `residents.csv` about the guest of that number.
  static func row(_ number: String = "001190000001", status: String = "alive") -> String {
    "\(number),Nguyễn Thị Mẫu,1990-01-01,F,\(status),,\n"
  }

  /// Writes a `residents.csv`.
  func residents(_ rows: String...) throws -> String {
    let file = path + "/residents.csv"
    let text = "number,full_name,birth_date,sex,status,document_number,document_expiry\n" + rows.joined()
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  /// Appends an event as a process that does not decide does, and returns where it landed.
  @discardableResult
  func append(_ event: StayEvent, _ identity: GuestIdentity? = nil, by register: Register) throws -> (partition: Int, source: Int64) {
    let sender = try EventSender(register)
    defer { sender.close() }
    let record = NewRecord(key: event.establishment.withUTF8 { Array($0) }, value: try sender.encode(event, identity: identity))
    let place = TopicPartition(.events, register.partition(of: event.establishment))
    let appender = try register.log.makeAppender()
    try appender.submit([record], to: place, tag: 0)
    let landed = try #require(try appender.acknowledgements(timeout: .seconds(10)).first).result.get()
    return (place.partition, try #require(landed.first))
  }

  /// The decision of a record with the facts that it was made on.
  static func decision(_ place: (partition: Int, source: Int64), in register: Register) throws -> (decision: Decision, facts: Facts) {
    var found: (Decision, Facts)?
    _ = try register.log.walk(TopicPartition(.ledger, place.partition), from: 0) { record in
      guard let value = record.value, let entry = try? LedgerReader.entry(value), entry.header.source == place.source else { return true }
      if case .decided(let decision, let facts) = entry.body { found = (decision, facts) }
      return true
    }
    return try #require(found)
  }
}
