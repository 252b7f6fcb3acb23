import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("Moving a chain's events over")
struct IngressLoopTests {
  private let clock = ManualClock()
  private let log: SimulatedLog
  private let monitor = MemoryMonitor()
  private let home: Int

  private static let partitions = 4
  private static let topic = Topic.ingress(of: "acme")
  private static let refusals = TopicPartition(.refusals(of: "acme"), 0)

  init() throws {
    log = SimulatedLog(topics: [.events, Self.topic, Self.refusals.topic], partitions: Self.partitions, clock: clock)
    home = try Example.inn().withUTF8 { Partitioner.partition(of: $0, among: Self.partitions) }
  }

  private func loop(_ group: (any PartitionGroup)? = nil, establishments: Set<EstablishmentID>? = nil) throws -> IngressLoop {
    let own = try establishments ?? [Example.inn()]
    let context = IngressContext(
      chain: "acme", partitions: Self.partitions, log: log, establishments: { own },
      describe: { Array("\($0.partition) \($0.offset) \($0.code)".utf8) }, monitor: monitor)
    return try IngressLoop(context: context, group: group ?? log.join(group: "ingress.acme", topic: Self.topic))
  }

  private func record(_ event: StayEvent) throws -> NewRecord {
    var value: [UInt8] = []
    try WireEvent.encode(event, identity: event.stayDetails == nil ? .none : .plain(try Example.guest()), into: &value)
    return NewRecord(key: event.establishment.withUTF8 { Array($0) }, value: value)
  }

  private func send(_ records: NewRecord..., partition: Int? = nil) throws {
    let appender = try log.makeAppender()
    for record in records { try appender.submit([record], to: TopicPartition(Self.topic, partition ?? home), tag: 1) }
    #expect(try appender.acknowledgements(timeout: .zero).count == records.count)
  }

  private func settle(_ loop: IngressLoop) throws {
    for _ in 0..<4 { _ = try loop.step(timeout: .zero) }
  }

  private func moved() throws -> [StayEvent] {
    try log.contents(of: TopicPartition(.events, home)).compactMap { record in
      let decoded = try (record.value ?? []).withUnsafeBytes { try WireEvent.decode($0) }
      if case .event(let event) = decoded.content { return event }
      return nil
    }
  }

  private var told: [String] { log.contents(of: Self.refusals).map { String(decoding: $0.value ?? [], as: UTF8.self) } }

  @Test("Its own events are moved in order, as they are but for the time of receipt, which is that of its topic")
  func order() throws {
    var event = try Example.checkIn(1, at: clock.now)
    event.received = clock.now.adding(days: -3)
    try send(record(event), record(Example.checkIn(2, at: clock.now)))
    let appended = clock.now
    clock.advance(milliseconds: 60_000)
    let loop = try loop()
    try settle(loop)
    let moved = try moved()
    event.received = appended
    #expect(moved.first == event && moved.map(\.id.low) == [1, 2])
    #expect(moved.allSatisfy { $0.received == appended })
    #expect(log.contents(of: TopicPartition(.events, home)).allSatisfy { $0.key == Array("HN-0001".utf8) })
    #expect(loop.moved == 2 && loop.refused.isEmpty && told.isEmpty)
    #expect(try loop.lag() == 0)
  }

  @Test("What a chain may not send stays where it is, is told with its place and code, and holds nothing up")
  func refused() throws {
    let good = try record(Example.checkIn(1, at: clock.now))
    var forged = try Example.checkIn(2, at: clock.now)
    forged.establishment = try EstablishmentID("HN-0002")
    var replay = try Example.checkIn(3, at: clock.now)
    replay.replayOf = QuarantinePlace(partition: 0, incarnation: 1, source: 0)
    let forgedHome = forged.establishment.withUTF8 { Partitioner.partition(of: $0, among: Self.partitions) }
    let elsewhere = (home + 1) % Self.partitions
    try send(
      NewRecord(key: [1], value: [1, 2, 3]), NewRecord(key: good.key, value: nil), NewRecord(key: nil, value: good.value),
      NewRecord(key: Array("HN-0009".utf8), value: good.value), ValidatorLoop.tick, record(Example.opening(at: clock.now)),
      record(replay), NewRecord(key: good.key, value: [UInt8](repeating: 0, count: LogLimits.eventBytesMax + 1)), good)
    try send(record(forged), partition: forgedHome)
    try send(good, partition: elsewhere)
    let loop = try loop()
    try settle(loop)
    #expect(try moved().map(\.id.low) == [1])
    #expect((0..<Self.partitions).reduce(0) { $0 + log.contents(of: TopicPartition(.events, $1)).count } == 1)
    let first = forgedHome == home ? 9 : 0
    #expect(
      Set(told)
        == [
          "\(home) 0 event.undecodable", "\(home) 1 event.undecodable", "\(home) 2 event.undecodable", "\(home) 3 event.wrong-key",
          "\(home) 4 access.forbidden", "\(home) 5 access.forbidden", "\(home) 6 access.forbidden", "\(home) 7 event.too-large",
          "\(forgedHome) \(first) access.forbidden",
          "\(elsewhere) \(forgedHome == elsewhere ? 1 : 0) event.wrong-partition",
        ])
    #expect(loop.refused.values.reduce(0, +) == 10)
  }

  /// Steps until a condition holds; a partition that failed is asked again after a moment.
  private func step(_ loop: IngressLoop, until isDone: () throws -> Bool) throws {
    for _ in 0..<100_000 where try !isDone() { _ = try loop.step(timeout: .zero) }
    #expect(try isDone())
  }

  @Test("A call that fails is made again, the membership is kept, and a chain's next events come after it")
  func failure() throws {
    let loop = try loop()
    try send(record(Example.checkIn(1, at: clock.now)))
    for operation in [SimulatedLog.Operation.bounds, .append, .submit, .read] {
      log.inject(.unavailable("test"), into: operation)
      for _ in 0..<3 { _ = try loop.step(timeout: .zero) }
    }
    // What the loop has not met by now must not meet the sender.
    log.clearInjected()
    try send(record(Example.checkIn(2, at: clock.now)))
    try step(loop) { try moved().count == 2 }
    #expect(try moved().map(\.id.low) == [1, 2])
    #expect(loop.moved == 2)
    #expect(log.owners(of: "ingress.acme").allSatisfy { $0 == 0 })
  }

  @Test("A partition that no broker answers for holds up no other one, whether it cannot be read or written", arguments: [true, false])
  func silentPartition(isRead: Bool) throws {
    var other = try Example.checkIn(2, at: clock.now)
    var neighbour = home
    for number in 10...99 where neighbour == home {
      other.establishment = try EstablishmentID("HN-00\(number)")
      neighbour = other.establishment.withUTF8 { Partitioner.partition(of: $0, among: Self.partitions) }
    }
    try send(record(Example.checkIn(1, at: clock.now)))
    try send(record(other), partition: neighbour)
    let silent = TopicPartition(isRead ? Self.topic : .events, home)
    log.setUnreachable([silent])
    let loop = try loop(establishments: [Example.inn(), other.establishment])
    try step(loop) { !log.contents(of: TopicPartition(.events, neighbour)).isEmpty }
    for _ in 0..<10 { _ = try loop.step(timeout: .zero) }
    #expect(try moved().isEmpty)
    #expect(Set(loop.failing.keys) == [home])
    #expect(try loop.lag() >= 0)
    log.setUnreachable([])
    try step(loop) { try moved().map(\.id.low) == [1] && loop.failing.isEmpty }
    #expect(loop.moved == 2)
  }

  @Test("Whoever comes next goes on where the group stands; what was not committed is moved again, and nothing is left out")
  func restart() throws {
    let group = KeepingGroup(log: log, topic: Self.topic)
    try send(record(Example.checkIn(1, at: clock.now)), record(Example.checkIn(2, at: clock.now)))
    try settle(loop(group))
    #expect(group.kept.positions[home] == 2)
    try send(record(Example.checkIn(3, at: clock.now)))
    try settle(loop(KeepingGroup(log: log, topic: Self.topic, kept: group.kept)))
    #expect(try moved().map(\.id.low) == [1, 2, 3])
    // A position that the topic does not hold any more is none.
    group.kept.positions[home] = 17
    try settle(loop(KeepingGroup(log: log, topic: Self.topic, kept: group.kept)))
    #expect(try moved().map(\.id.low) == [1, 2, 3, 1, 2, 3])
    #expect(!monitor.alarms.isEmpty)
  }

  @Test("Partitions beyond those of the ledger's beginning are alarmed of and change no key's place; what stands there is refused")
  func surplusPartitions() throws {
    let log = SimulatedLog(topics: [.events, Self.topic, Self.refusals.topic], partitions: Self.partitions + 1, clock: clock)
    let context = IngressContext(
      chain: "acme", partitions: Self.partitions, log: log, establishments: { (try? [Example.inn()]) ?? [] },
      describe: { Array("\($0.partition) \($0.offset) \($0.code)".utf8) }, monitor: monitor)
    let loop = try IngressLoop(context: context, group: log.join(group: "ingress.acme", topic: Self.topic))
    let appender = try log.makeAppender()
    for partition in [home, Self.partitions] {
      try appender.submit([record(Example.checkIn(1, at: clock.now))], to: TopicPartition(Self.topic, partition), tag: 1)
    }
    _ = try appender.acknowledgements(timeout: .zero)
    for _ in 0..<4 { _ = try loop.step(timeout: .zero) }
    #expect(log.contents(of: TopicPartition(.events, home)).count == 1 && loop.moved == 1)
    #expect(loop.refused == ["event.wrong-partition": 1])
    #expect(monitor.alarms.count == 1)
    let few = IngressContext(
      chain: "acme", partitions: Self.partitions + 2, log: log, establishments: { [] }, describe: { _ in [] }, monitor: monitor)
    #expect(throws: LogError.self) { try IngressLoop(context: few, group: log.join(group: "other", topic: Self.topic)) }
  }

  @Test("A trace and what else stands beside a record go with it, the trace first, and no more than fits")
  func headers() throws {
    let trace = RecordHeader("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    var first = try record(Example.checkIn(1, at: clock.now))
    first.headers = [RecordHeader("ce_id", "1"), trace, RecordHeader("empty", "")]
    var second = try record(Example.checkIn(2, at: clock.now))
    second.headers = [RecordHeader("large", String(repeating: "x", count: 5000))]
    second.headers += (0..<50).map { RecordHeader("h\($0)", "x") } + [trace]
    try send(first, second, record(Example.checkIn(3, at: clock.now)), NewRecord(key: [1], value: [1], headers: [trace]))
    try settle(loop())
    let found = log.contents(of: TopicPartition(.events, home)).map(\.headers)
    #expect(found.count == 3)
    #expect(found.first == [trace, RecordHeader("ce_id", "1"), RecordHeader("empty", "")])
    #expect(found.dropFirst().first?.count == 32 && found.dropFirst().first?.first == trace)
    #expect(found.last?.isEmpty == true)
    #expect(log.contents(of: Self.refusals).allSatisfy { $0.headers.isEmpty })
  }

  @Test("A partition that was given up is not moved any more")
  func revoked() throws {
    let member = try log.joinSimulated(group: "ingress.acme", topic: Self.topic)
    let loop = try loop(member)
    try settle(loop)
    #expect(loop.owned == Self.partitions)
    log.move([home], of: "ingress.acme", to: nil)
    try settle(loop)
    try send(record(Example.checkIn(1, at: clock.now)))
    try settle(loop)
    #expect(try moved().isEmpty)
  }
}

/// A group of one member that keeps what is published.
private final class KeepingGroup: PartitionGroup {
  final class Kept { var positions: [Int: Int64] = [:] }

  let kept: Kept
  private var changes: [GroupChange]

  init(log: SimulatedLog, topic: Topic, kept: Kept = Kept()) {
    self.kept = kept
    changes = [.assigned(Array(0..<((try? log.partitions(of: topic)) ?? 0)))]
  }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? { changes.popLast() }
  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool { true }
  func publish(position: Int64, of partition: Int) { kept.positions[partition] = position }
  func committedPosition(of partition: Int) throws(LogError) -> Int64? { kept.positions[partition] }
  func leave() {}
}
