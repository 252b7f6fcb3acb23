import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// Random events at a dozen establishments over three partitions, in which few documents are used often.
struct RandomWorld {
  private(set) var partitions: [PartitionDriver]
  private var random: SeededGenerator
  private var establishments: [(id: EstablishmentID, partition: Int)] = []
  private var nextID: UInt64 = 1000
  private var now: Instant
  private static let documents = 30
  private static let communes = ["00004", "00008", "25747"]

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    now = try Example.at("2026-11-20T08:00:00+07:00")
    partitions = try (0..<3).map { try Example.partition($0) }
    for number in 0..<12 {
      let id = "E-\(number)"
      establishments.append((try Example.id(id), number % 3))
      partitions[number % 3].send(
        try Example.opening(UInt64(number + 1), of: id, commune: Self.communes[number / 4], beds: UInt32(2 + number)))
    }
  }

  /// So many events, as one batch of all partitions.
  mutating func nextBatch(events: Int) throws -> ProjectionBatch {
    for _ in 0..<events { try step() }
    return partitions.indices.reduce(into: ProjectionBatch()) { $0.add(partitions[$1].take()) }
  }

  /// So many events, as one batch for each partition, in the order of the partitions.
  mutating func nextBatches(events: Int) throws -> [ProjectionBatch] {
    for _ in 0..<events { try step() }
    return partitions.indices.map { partitions[$0].take() }
  }

  private mutating func step() throws {
    now = now.adding(minutes: Int64(random.below(20)))
    let (establishment, partition) = establishments[random.below(establishments.count)]
    switch random.below(100) {
    case 0..<45: sendCheckIn(establishment, partition)
    case 45..<92: try sendChange(establishment, partition)
    case 92..<94: partitions[partition].garbage()
    case 94..<96: try sendMove(establishment, partition)
    case 96..<98: partitions[partition].tick(now)
    default: send(establishment, partition, .dailyClose(day: LocalZone.vietnam.date(at: now), guests: 0))
    }
  }

  private mutating func sendCheckIn(_ establishment: EstablishmentID, _ partition: Int) {
    send(establishment, partition, .checkIn(details()))
  }

  private mutating func sendChange(_ establishment: EstablishmentID, _ partition: Int) throws {
    let open = partitions[partition].state.establishment(establishment)?.stays.map(\.id).sorted() ?? []
    guard let stay = random.pick(open) else { return }
    switch random.below(10) {
    case 0..<3: send(establishment, partition, .checkOut(stay: stay))
    case 3: send(establishment, partition, .cancellation(stay: stay))
    case 4..<6: send(establishment, partition, .amendment(stay: stay, details()))
    case 6: send(establishment, partition, .roomChange(stay: stay, room: "\(random.below(4))"))
    case 7:
      partitions[partition].reseal(
        stay, of: establishment, to: Example.month.next,
        fingerprints: [Example.document(UInt64(random.below(Self.documents)), month: Example.month.next)])
    default:
      send(establishment, partition, .extended(stay: stay, departure: LocalMoment(now.adding(hours: Int64(random.below(72))))))
    }
  }

  private mutating func sendMove(_ establishment: EstablishmentID, _ partition: Int) throws {
    let commune = Self.communes[random.below(Self.communes.count)]
    send(establishment, partition, .establishmentChanged(try Example.details(commune: commune, beds: UInt32(random.below(12)))))
  }

  private mutating func details() -> StayDetails {
    let arrival = now.adding(minutes: -Int64(random.below(600)))
    let nationality: Nationality = random.chance(1, of: 4) ? .germany : .vietnam
    return StayDetails(
      guestKind: nationality.guestKind, nationality: nationality, room: random.chance(1, of: 9) ? "" : "\(random.below(5))",
      arrival: LocalMoment(arrival), departure: LocalMoment(arrival.adding(hours: Int64(random.within(1...60)))),
      party: random.chance(1, of: 3) ? .number(UInt64(random.below(5))) : nil)
  }

  private mutating func send(_ establishment: EstablishmentID, _ partition: Int, _ body: StayEvent.Body) {
    nextID += 1
    // Now and then an event is sent again.
    let id = random.chance(1, of: 25) ? nextID - UInt64(random.within(1...20)) : nextID
    let event = StayEvent(
      id: .number(id), establishment: establishment, happened: now, captured: now, received: now, channel: .api, body: body)
    var documents: [DocumentFingerprint] = []
    if event.stayDetails != nil, random.chance(9, of: 10) {
      // As where the key of the month before still exists.
      let value = UInt64(random.below(Self.documents))
      documents = [Example.document(value)]
      if random.chance(1, of: 2) { documents.append(Example.document(value + 100, month: Example.month.previous)) }
    }
    let flags: CodeSet = random.chance(1, of: 5) ? [CodeSet(.directoryNameDiffers), CodeSet(.directoryNameAccents)] : []
    partitions[partition].send(
      event, facts: .example(of: event, documents: documents, flags: event.stayDetails == nil ? [] : flags, minor: random.chance(1, of: 9)),
      now: now)
  }
}
