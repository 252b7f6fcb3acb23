import LodgingDomain
import LodgingPipeline
import LodgingStore
import Testing

/// Builders of units, events and facts; everything in them is made up.
enum Example {
  /// Two communes in the first province, a thousand kilometres from the one in the second.
  static func catalogue() throws -> UnitCatalogue {
    let text = """
      edition,1,2025-07-01
      province,01,North,21.0,105.7
      province,79,South,10.9,106.6
      commune,00004,01,North One,ward,21.04,105.84,3
      commune,00008,01,North Two,ward,21.03,105.81,3
      commune,25747,79,South One,ward,10.97,106.66,15
      """
    return try UnitCatalogue(parsing: Array(text.utf8))
  }

  static let inn = "HN-0001"
  static let month = KeyMonth(index: 24_322)

  static func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

  static func id(_ text: String) throws -> EstablishmentID { try EstablishmentID(text) }

  static func document(_ value: UInt64, month: KeyMonth = Example.month) -> DocumentFingerprint {
    DocumentFingerprint(month: month, value: value)
  }

  /// A partition whose ledger time is the start of 20 November 2026, local time.
  static func partition(_ number: Int = 0) throws -> PartitionDriver {
    PartitionDriver(partition: number, now: try at("2026-11-20T00:00:00+07:00"))
  }

  static func details(
    commune: String = "00004", rooms: UInt32 = 5, beds: UInt32 = 10, name: String = "Inn One"
  ) throws -> EstablishmentDetails {
    EstablishmentDetails(
      name: name, kind: .guestHouse, commune: try #require(CommuneCode(commune)), remote: false, rooms: rooms, beds: beds)
  }

  static func event(
    _ id: UInt64, at time: String, of establishment: String = inn, received: String? = nil, _ body: StayEvent.Body
  ) throws -> StayEvent {
    let happened = try at(time)
    let received = try received.map(at) ?? happened
    return StayEvent(
      id: .number(id), establishment: try Example.id(establishment), happened: happened, captured: received, received: received,
      channel: .api, body: body)
  }

  static func opening(
    _ id: UInt64 = 1, of establishment: String = inn, commune: String = "00004", beds: UInt32 = 10,
    at time: String = "2026-11-20T08:00:00+07:00"
  ) throws -> StayEvent {
    try event(id, at: time, of: establishment, .establishmentOpened(try details(commune: commune, beds: beds)))
  }

  static func stay(
    arrival: String, departure: String, nationality: Nationality = .vietnam, room: String = "101", party: UInt64? = nil
  ) throws -> StayDetails {
    StayDetails(
      guestKind: nationality.guestKind, nationality: nationality, room: room, arrival: LocalMoment(try at(arrival)),
      departure: LocalMoment(try at(departure)), reason: 2, party: party.map(EventID.number))
  }

  static func checkIn(
    _ id: UInt64, of establishment: String = inn, at arrival: String = "2026-11-20T18:00:00+07:00",
    until departure: String = "2026-11-21T12:00:00+07:00", nationality: Nationality = .vietnam, room: String = "101"
  ) throws -> StayEvent {
    let details = try stay(arrival: arrival, departure: departure, nationality: nationality, room: room)
    return try event(id, at: arrival, of: establishment, .checkIn(details))
  }
}

extension EventID {
  /// A readable identifier for tests.
  static func number(_ value: UInt64) -> EventID { EventID(high: 0, low: value) }
}

extension StayReference {
  static func example(_ stay: UInt64, of establishment: String = Example.inn) throws -> StayReference {
    StayReference(establishment: try Example.id(establishment), stay: .number(stay))
  }
}

extension Facts {
  /// The facts of an event; the digest follows from the event's own content.
  static func example(
    of event: StayEvent, documents: [DocumentFingerprint] = [], flags: CodeSet = [], minor: Bool = false, problems: [FieldProblem] = []
  ) -> Facts {
    var content = event
    content.received = Instant(milliseconds: 0)
    content.captured = Instant(milliseconds: 0)
    let digest = Digest128(first: UInt64(bitPattern: Int64(content.hashValue)), second: event.id.low)
    return Facts(
      seal: event.stayDetails == nil ? .absent : .opened, month: Example.month, digest: digest, problems: problems, flags: flags,
      isMinor: minor, fingerprints: documents)
  }
}

extension PartitionDriver {
  /// Sends an event with a document.
  @discardableResult
  mutating func send(_ event: StayEvent, document: UInt64, flags: CodeSet = []) -> Decision {
    send(event, facts: .example(of: event, documents: [Example.document(document)], flags: flags))
  }
}

/// A register in a folder of its own.
struct TestRegister {
  let folder: StoreFolder
  let catalogue: UnitCatalogue
  let store: RegisterStore

  init(folder: StoreFolder? = nil) throws {
    self.folder = try folder ?? StoreFolder()
    catalogue = try Example.catalogue()
    store = try RegisterStore(directory: self.folder.path, catalogue: catalogue)
  }

  func commit(_ driver: inout PartitionDriver) throws { try store.commit(driver.take()) }

  func alerts() throws -> [Alert] { try store.read { try $0.alerts(catalogue: catalogue).map(\.alert) } }

  func stay(_ id: UInt64, of establishment: String = Example.inn) throws -> StayRecord? {
    try store.read { try $0.stay(try .example(id, of: establishment)) }
  }

  /// The events that told a stay.
  func versions(_ id: UInt64) throws -> [UInt64] {
    try store.read { try $0.versions(of: try .example(id)) }.map(\.event.low)
  }

  func occupancy(_ unit: String) throws -> OccupancyReport? {
    try store.read { try $0.occupancy(try UnitCode(unit), catalogue: catalogue) }
  }
}
