import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

/// Everything that a validator works with, in memory, with one inn whose partition is 0 of 1.
struct Rig {
  let clock = ManualClock()
  let log: SimulatedLog
  var ring: MemoryKeyRing
  let directory = MemoryDirectory()
  let snapshots = MemorySnapshotStore()
  let index = MemoryIdIndex()
  let attempts = MemoryAttemptJournal()
  let monitor = MemoryMonitor()
  var settings = ValidatorSettings()

  static let events = TopicPartition(.events, 0)
  static let ledger = TopicPartition(.ledger, 0)

  /// Makes a rig; with a genesis unless told not to.
  init(partitions: Int = 1, topics: [Topic] = [.events, .ledger], hasGenesis: Bool = true) throws {
    log = SimulatedLog(topics: topics, partitions: partitions, clock: clock)
    ring = MemoryKeyRing(seed: 7, first: try #require(KeyMonth("2025-12")), count: 12)
    settings.plainIsAllowed = true
    settings.tickAfterSeconds = nil
    if hasGenesis { _ = try GenesisWriter.begin(log: log, ledgerID: ring.ledgerID, chain: ring.currentChainKey, now: clock.now) }
  }

  /// The only commune that the rig's catalogue does not have.
  static let unknownCommune = CommuneCode(number: 99_999)

  var context: ValidatorContext { context(over: log) }

  func context(over log: any EventLog) -> ValidatorContext {
    ValidatorContext(
      log: log, directory: directory, isCommune: { $0 != Self.unknownCommune }, keys: ring, clock: clock, snapshots: snapshots,
      index: index,
      attempts: attempts, monitor: monitor, settings: settings)
  }

  /// A validator in a group of its own.
  func validator(group: String = "validators") throws -> ValidatorLoop {
    try ValidatorLoop(context: context, group: try log.join(group: group, topic: .events))
  }

  /// Steps a validator until it finds nothing more to do.
  func settle(_ validator: ValidatorLoop, steps: Int = 20) throws {
    var idle = 0
    for _ in 0..<steps where idle < 2 { idle = try validator.step(timeout: .zero) == 0 ? idle + 1 : 0 }
  }

  /// Appends records and returns their offsets.
  @discardableResult
  func append(_ records: [NewRecord], to place: TopicPartition = events) throws -> [Int64] {
    let appender = try log.makeAppender()
    try appender.submit(records, to: place, tag: 1)
    log.land()
    return try #require(try appender.acknowledgements(timeout: .zero).first).result.get()
  }

  @discardableResult
  func append(_ events: StayEvent...) throws -> [Int64] { try append(events.map(record)) }

  /// The record of an event, with a blameless guest where one is needed.
  func record(_ event: StayEvent) throws -> NewRecord {
    var value: [UInt8] = []
    try WireEvent.encode(event, identity: event.stayDetails == nil ? .none : .plain(try Example.guest()), into: &value)
    return NewRecord(key: event.establishment.withUTF8 { Array($0) }, value: value)
  }

  /// The record of an event whose guest is sealed to the month of `time`, or to another one.
  func sealed(_ event: StayEvent, _ guest: GuestIdentity? = nil, month: KeyMonth? = nil) throws -> NewRecord {
    let sealer = try #require(ring.sealer(of: month ?? KeyMonth(containing: event.captured)))
    let box = try sealer.seal(try guest ?? Example.guest(), establishment: event.establishment, event: event.id)
    var value: [UInt8] = []
    try WireEvent.encode(event, identity: .sealed(box), into: &value)
    return NewRecord(key: event.establishment.withUTF8 { Array($0) }, value: value)
  }

  /// Moves the clock and lets ledger time follow.
  func pass(to time: Instant) throws {
    clock.set(time)
    try append([ValidatorLoop.tick])
  }

  /// The entries of the ledger that count, read by the acceptance rule.
  func entries(partition: Int = 0) throws -> [LedgerEntry] {
    var cursor = ChainCursor(partition: partition)
    return try log.contents(of: TopicPartition(.ledger, partition)).compactMap { record in
      try record.value?.withUnsafeBytes { bytes in
        guard case .counts = cursor.take(bytes, at: record.offset) else { return nil }
        return try LedgerReader.entry(bytes)
      }
    }
  }

  /// The outcomes of decided events in order.
  func outcomes() throws -> [Outcome] {
    try entries().compactMap {
      if case .decided(let decision, _) = $0.body { return decision.outcome }
      return nil
    }
  }
}

/// Builders of events at one inn.
enum Example {
  static func inn() throws -> EstablishmentID { try EstablishmentID("HN-0001") }

  static func guest(number: String = "001090000123") throws -> GuestIdentity {
    GuestIdentity(
      fullName: "NGUYỄN THỊ MẪU", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .male, documentKind: .chipCard,
      documentNumber: number)
  }

  static func event(_ id: UInt64, at time: Instant, _ body: StayEvent.Body) throws -> StayEvent {
    StayEvent(
      id: EventID(high: 0, low: id), establishment: try inn(), happened: time, captured: time, received: time, channel: .api, body: body)
  }

  static func opening(_ id: UInt64 = 1, at time: Instant, commune: CommuneCode? = nil) throws -> StayEvent {
    let commune = try #require(commune ?? CommuneCode("00004"))
    return try event(
      id, at: time,
      .establishmentOpened(EstablishmentDetails(name: "Inn", kind: .guestHouse, commune: commune, remote: false, rooms: 5, beds: 10)))
  }

  static func checkIn(_ id: UInt64, at time: Instant, arrival: Instant? = nil, nights: Int64 = 1) throws -> StayEvent {
    let arrival = arrival ?? time
    var event = try event(
      id, at: time,
      .checkIn(
        StayDetails(
          guestKind: .citizen, nationality: .vietnam, room: "101", arrival: LocalMoment(arrival),
          departure: LocalMoment(arrival.adding(days: nights)))))
    event.happened = arrival
    return event
  }
}
