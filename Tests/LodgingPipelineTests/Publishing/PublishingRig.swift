import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

/// Some inns over the partitions of a ledger, a validator that decides what they send, and nodes that fold and publish.
struct PublishingRig {
  let rig: Rig
  let validator: ValidatorLoop
  private var nextID: UInt64 = 100

  static let partitions = 3
  static let communes = ["01001", "01002", "79003"]

  init() throws {
    rig = try Rig(partitions: Self.partitions, topics: [.events, .ledger, .occupancy, .alerts])
    validator = try rig.validator()
  }

  var log: SimulatedLog { rig.log }

  func partition(of inn: Int) throws -> Int {
    try Self.id(inn).withUTF8 { Partitioner.partition(of: $0, among: Self.partitions) }
  }

  static func id(_ inn: Int) throws -> EstablishmentID { try EstablishmentID("INN-\(inn)") }

  /// Sends an event of an inn, has it decided, and returns its id.
  @discardableResult
  mutating func send(_ body: StayEvent.Body, of inn: Int, document: String? = nil) throws -> EventID {
    nextID += 1
    let now = rig.clock.now
    let event = StayEvent(
      id: EventID(high: 0, low: nextID), establishment: try Self.id(inn), happened: now, captured: now, received: now, channel: .api,
      body: body)
    let record = try document.map { try rig.sealed(event, Example.guest(number: $0)) } ?? rig.record(event)
    log.setDelivery(.atAcknowledgement)
    try rig.append([record], to: TopicPartition(.events, try partition(of: inn)))
    try rig.settle(validator)
    return event.id
  }

  mutating func open(_ inn: Int, commune: String, beds: UInt32 = 4) throws {
    try send(.establishmentOpened(try Self.details(commune, beds)), of: inn)
  }

  mutating func move(_ inn: Int, commune: String, beds: UInt32 = 4) throws {
    try send(.establishmentChanged(try Self.details(commune, beds)), of: inn)
  }

  private static func details(_ commune: String, _ beds: UInt32) throws -> EstablishmentDetails {
    EstablishmentDetails(
      name: "Inn", kind: .guestHouse, commune: try #require(CommuneCode(commune)), remote: false, rooms: 5, beds: beds)
  }

  mutating func checkIn(_ inn: Int, document: String = "001090000123", hours: Int64 = 20) throws -> EventID {
    let now = rig.clock.now
    let details = StayDetails(
      guestKind: .citizen, nationality: .vietnam, room: "1", arrival: LocalMoment(now), departure: LocalMoment(now.adding(hours: hours)))
    return try send(.checkIn(details), of: inn, document: document)
  }

  /// Lets so much time pass; ledger time follows in every partition where it is minutes.
  mutating func pass(seconds: Int64) throws {
    rig.clock.advance(milliseconds: seconds * 1000)
    guard seconds >= 60 else { return }
    log.setDelivery(.atAcknowledgement)
    for partition in 0..<Self.partitions { try rig.append([ValidatorLoop.tick], to: TopicPartition(.events, partition)) }
    try rig.settle(validator)
  }

  func node(_ model: MemoryPublication = MemoryPublication()) throws -> PublishingNode { try PublishingNode(rig, model) }

  /// Where records of a key stand.
  func place(_ key: String, _ topic: Topic = .occupancy) -> TopicPartition {
    TopicPartition(topic, Array(key.utf8).withUnsafeBytes { Partitioner.partition(of: $0, among: Self.partitions) })
  }

  /// All values that were written under a key.
  func values(_ key: String, _ topic: Topic = .occupancy) -> [[UInt8]?] {
    log.contents(of: place(key, topic)).filter { $0.key == Array(key.utf8) }.map(\.value)
  }

  /// How many records the two topics hold.
  var recordCount: Int {
    [Topic.occupancy, .alerts].reduce(0) { sum, topic in
      (0..<Self.partitions).reduce(sum) { $0 + log.contents(of: TopicPartition(topic, $1)).count }
    }
  }

  /// Steps nodes, a second apart, until nothing more is written.
  func settle(_ nodes: [PublishingNode], seconds: Int = 40) throws {
    var quiet = 0
    for _ in 0..<seconds where quiet < 4 {
      let before = recordCount
      rig.clock.advance(milliseconds: 1001)
      for node in nodes {
        try node.fold()
        for _ in 0..<4 { try node.publish() }
      }
      quiet = recordCount == before ? quiet + 1 : 0
    }
    #expect(quiet == 4, "publishers come to rest")
  }

  /// Expects that what is published is what a node's register holds.
  func check(_ node: PublishingNode, _ comment: Comment? = nil) throws {
    let published = try PublishedRecords(log)
    #expect(published.counted == PublishedRecords.expected(node.model.model.contents), comment)
    #expect(published.standing == Set(node.model.standing.keys.map(\.description)), comment)
    #expect(published.unreadable == [], comment)
    #expect(node.publisher.figures.pending == 0 && node.publisher.figures.waiting == 0 && node.publisher.figures.hasCompared, comment)
  }
}

/// One process that folds and publishes.
final class PublishingNode {
  let model: MemoryPublication
  let loop: ProjectionLoop
  let publisher: Publisher

  init(_ rig: Rig, _ model: MemoryPublication, over log: (any EventLog)? = nil) throws {
    self.model = model
    let log = log ?? rig.log
    loop = try ProjectionLoop(log: log, model: model, clock: rig.clock, monitor: rig.monitor)
    publisher = try Publisher(log: log, source: model, clock: rig.clock, province: MemoryPublication.province)
  }

  func fold() throws { _ = try loop.step(timeout: .zero) }

  func publish() throws {
    try publisher.step(next: loop.nextOffsets, isCaughtUp: loop.isCaughtUp, silent: loop.silentPartitions)
  }
}
