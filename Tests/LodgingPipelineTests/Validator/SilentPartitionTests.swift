import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@Suite("A validator with partitions about which the log does not answer")
struct SilentPartitionTests {
  /// A validator that has decided an opening, with the partition where that stands.
  private struct Bench {
    let rig: Rig
    let log: MuteLog
    let validator: ValidatorLoop
    let own: Int

    init(partitions: Int = 4, tellsArrivals: Bool = false, _ change: (inout Rig) -> Void = { _ in }) throws {
      var rig = try Rig(partitions: partitions)
      change(&rig)
      self.rig = rig
      log = MuteLog(base: rig.log, tellsArrivals: tellsArrivals)
      validator = try ValidatorLoop(context: rig.context(over: log), group: try rig.log.join(group: "validators", topic: .events))
      own = try Example.inn().withUTF8 { Partitioner.partition(of: $0, among: partitions) }
      try send(Example.opening(at: rig.clock.now))
      try rig.settle(validator)
    }

    func sendTicks(_ count: Int, to partition: Int) throws {
      _ = try rig.append(Array(repeating: ValidatorLoop.tick, count: count), to: TopicPartition(.events, partition))
    }

    func send(_ event: StayEvent) throws {
      _ = try rig.append([rig.record(event)], to: TopicPartition(.events, own))
    }

    var deciding: [Int] { validator.partitions.filter(\.isDeciding).map(\.partition) }
  }

  @Test("It waits for one of them in a step, and decides the others in each")
  func oneAtATime() throws {
    let bench = try Bench()
    #expect(bench.deciding == [0, 1, 2, 3])
    bench.log.mute(Set(0..<4).subtracting([bench.own]))
    // It finds out about each.
    for _ in 0..<3 { _ = try bench.validator.step(timeout: .zero) }
    bench.log.forget()
    for id in 2..<7 as Range<UInt64> {
      try bench.send(Example.checkIn(id, at: bench.rig.clock.now))
      #expect(try bench.validator.step(timeout: .zero) == 1)
      #expect(bench.log.asked.count == 1, "\(bench.log.asked)")
      bench.log.forget()
    }
  }

  @Test("It waits for one a step also while it finds out about them, and decides the others at once")
  func firstContact() throws {
    let bench = try Bench()
    bench.log.mute(Set(0..<4).subtracting([bench.own]))
    var decided = 0
    for id in 2..<10 as Range<UInt64> {
      try bench.send(Example.checkIn(id, at: bench.rig.clock.now))
      decided += try bench.validator.step(timeout: .zero)
      #expect(bench.log.asked.count <= 1, "\(bench.log.asked)")
      bench.log.forget()
    }
    #expect(decided == 8)
  }

  @Test("Reads its own entries back once a second of its clock, and not at each acknowledgement")
  func readsBackOnceASecond() throws {
    let bench = try Bench()
    bench.rig.clock.advance(milliseconds: 1000)
    for id in 2..<4 as Range<UInt64> {
      try bench.send(Example.checkIn(id, at: bench.rig.clock.now))
      try bench.rig.settle(bench.validator)
    }
    bench.log.forget()
    for id in 4..<9 as Range<UInt64> {
      try bench.send(Example.checkIn(id, at: bench.rig.clock.now))
      try bench.rig.settle(bench.validator)
    }
    #expect(bench.log.ledgerReads == 0)
    bench.rig.clock.advance(milliseconds: 1000)
    try bench.send(Example.checkIn(9, at: bench.rig.clock.now))
    try bench.rig.settle(bench.validator)
    #expect(bench.log.ledgerReads > 0)
  }

  @Test("It asks about each of them in turn, and decides all as soon as the log answers again")
  func inTurn() throws {
    let bench = try Bench()
    let mute = Set(0..<4).subtracting([bench.own])
    bench.log.mute(mute)
    for _ in 0..<3 { _ = try bench.validator.step(timeout: .zero) }
    bench.log.forget()
    for _ in 0..<8 { _ = try bench.validator.step(timeout: .zero) }
    #expect(Set(bench.log.asked) == mute)
    bench.log.mute([])
    for partition in 0..<4 { _ = try bench.rig.append([ValidatorLoop.tick], to: TopicPartition(.events, partition)) }
    // Those of which it was doubtful are asked once all else is done, and read in the step after.
    #expect(try (0..<2).reduce(0) { sum, _ in sum + (try bench.validator.step(timeout: .zero)) } == 4)
  }

  @Test("One of two that answers again is decided within two steps, wherever the other lies", arguments: [1, 2, 5, 11])
  func oneAnswers(distance: Int) throws {
    for isLater in [false, true] {
      let bench = try Bench(partitions: 12)
      let (one, other) = ((bench.own + 1) % 12, (bench.own + 1 + distance) % 12)
      bench.log.mute([one, other])
      for _ in 0..<5 { _ = try bench.validator.step(timeout: .zero) }
      let (back, silent) = isLater ? (other, one) : (one, other)
      guard back != bench.own, silent != bench.own else { continue }
      bench.log.mute([silent])
      try bench.sendTicks(1, to: back)
      // One in which it is asked at the latest, and one in which its events are read.
      let decided = try (0..<3).reduce(0) { sum, _ in sum + (try bench.validator.step(timeout: .zero)) }
      #expect(decided == 1, "\(back) while \(silent) is silent")
    }
  }

  @Test("An acknowledgement that waits for a silent partition keeps no other one that answers again waiting")
  func unjudged() throws {
    let bench = try Bench()
    bench.rig.log.setDelivery(.byHand)
    let (waiting, other) = ((bench.own + 1) % 4, (bench.own + 2) % 4)
    try bench.sendTicks(1, to: waiting)
    for _ in 0..<4 where bench.rig.log.inFlight.isEmpty { _ = try bench.validator.step(timeout: .zero) }
    let submission = try #require(bench.rig.log.inFlight.first)
    // Somebody else's record comes before it: it cannot be judged without the log.
    bench.rig.log.skipOffsets(of: TopicPartition(.ledger, waiting), count: 1)
    bench.rig.log.land(submission)
    bench.rig.log.setDelivery(.atAcknowledgement)
    bench.log.mute([waiting, other])
    for _ in 0..<6 { _ = try bench.validator.step(timeout: .zero) }
    bench.log.mute([waiting])
    try bench.sendTicks(1, to: other)
    let decided = try (0..<6).reduce(0) { sum, _ in sum + (try bench.validator.step(timeout: .zero)) }
    #expect(decided == 1)
    #expect(try bench.rig.entries(partition: waiting).count == 2 && bench.deciding.contains(waiting))
    bench.log.mute([])
    try bench.rig.settle(bench.validator)
    #expect(bench.deciding == [0, 1, 2, 3] && bench.validator.partitions.allSatisfy { $0.inFlight == 0 })
  }

  @Test("Each quiet partition is read in its turn, also after one of them was silent for a while")
  func quietAfterSilence() throws {
    let bench = try Bench(tellsArrivals: true)
    for partition in 0..<4 { try bench.sendTicks(1, to: partition) }
    try bench.rig.settle(bench.validator)
    let (mute, busy) = ((bench.own + 1) % 4, bench.own)
    bench.log.mute([mute])
    for _ in 0..<5 { _ = try bench.validator.step(timeout: .zero) }
    #expect(bench.log.asked.contains(mute))
    bench.log.mute([])
    for _ in 0..<2 { _ = try bench.validator.step(timeout: .zero) }
    // From then on the busy one is never the one that was read longest ago.
    try bench.sendTicks(1, to: busy)
    _ = try bench.validator.step(timeout: .zero)
    bench.log.forget()
    for _ in 0..<12 {
      try bench.sendTicks(1, to: busy)
      _ = try bench.validator.step(timeout: .zero)
    }
    for partition in 0..<4 where partition != busy { #expect(bench.log.eventReads[partition] == 4, "partition \(partition)") }
  }

  @Test("While one of them stays silent, a backlog of all others is worked off in turns", arguments: [true, false])
  func backlog(tellsArrivals: Bool) throws {
    let bench = try Bench(tellsArrivals: tellsArrivals) { ($0.settings.partitionEventsMax, $0.settings.stepEventsMax) = (2, 2) }
    bench.log.mute([3])
    for partition in 0..<4 { try bench.sendTicks(40, to: partition) }
    for _ in 0..<24 { _ = try bench.validator.step(timeout: .zero) }
    #expect(bench.log.asked.contains(3))
    for partition in 0..<3 {
      let decided = try bench.rig.entries(partition: partition).count
      #expect(decided > 10, "partition \(partition): \(decided)")
    }
  }

  @Test("A backlog that fills each step lets an event of another partition wait for two steps at most")
  func fullSteps() throws {
    let bench = try Bench(tellsArrivals: true) { ($0.settings.partitionEventsMax, $0.settings.stepEventsMax) = (2, 2) }
    try bench.rig.settle(bench.validator)
    let busy = bench.own
    try bench.sendTicks(80, to: busy)
    for round in 0..<4 {
      for quiet in 0..<4 where quiet != busy {
        let before = try bench.rig.entries(partition: quiet).count
        try bench.sendTicks(1, to: quiet)
        for _ in 0..<2 { _ = try bench.validator.step(timeout: .zero) }
        #expect(try bench.rig.entries(partition: quiet).count == before + 1, "partition \(quiet), round \(round)")
      }
    }
    #expect(try bench.rig.entries(partition: busy).count < 80, "the backlog is there to the end")
  }

  @Test("Partitions that must be restored hold it up for one answer a step too")
  func restoring() throws {
    let bench = try Bench()
    let successor = try ValidatorLoop(
      context: bench.rig.context(over: bench.log), group: try bench.rig.log.join(group: "successors", topic: .events))
    bench.log.mute(Set(0..<4).subtracting([bench.own]))
    for _ in 0..<8 {
      _ = try successor.step(timeout: .zero)
      #expect(bench.log.asked.count <= 1, "\(bench.log.asked)")
      bench.log.forget()
    }
    #expect(successor.partitions.filter(\.isDeciding).map(\.partition) == [bench.own])
    bench.log.mute([])
    _ = try successor.step(timeout: .zero)
    #expect(successor.partitions.filter(\.isDeciding).count == 4)
  }

  @Test("One that waits for the validator's clock and falls silent ends no step, and is asked about once")
  func waitingForTheClock() throws {
    let bench = try Bench()
    let now = bench.rig.clock.now
    bench.rig.clock.set(now.adding(hours: 1))
    try bench.send(Example.checkIn(2, at: now))
    bench.rig.clock.set(now.adding(seconds: 60))
    _ = try bench.validator.step(timeout: .zero)
    #expect(bench.validator.partitions[bench.own].waitingFor != nil)
    // The looks at the tails are due, so the step has waited before it comes to this one.
    bench.rig.clock.set(now.adding(seconds: 120))
    bench.log.mute(Set(0..<4))
    bench.log.forget()
    for _ in 0..<8 {
      _ = try bench.validator.step(timeout: .zero)
      #expect(bench.log.asked.count <= 1, "\(bench.log.asked)")
      bench.log.forget()
    }
    bench.log.mute([])
    bench.rig.clock.set(now.adding(hours: 1))
    try bench.rig.settle(bench.validator)
    #expect(try bench.rig.entries(partition: bench.own).count == 3)
  }

  @Test("A tick that the log does not take ends no step, and comes a while later")
  func tickNotTaken() throws {
    var rig = try Rig()
    rig.settings.tickAfterSeconds = 60
    let validator = try rig.validator()
    try rig.settle(validator)
    rig.clock.advance(milliseconds: 60_000)
    rig.log.inject(.queueFull, into: .submit, of: Rig.events)
    try rig.settle(validator)
    #expect(rig.log.contents(of: Rig.events).isEmpty && validator.partitions.map(\.isDeciding) == [true])
    rig.clock.advance(milliseconds: 60_000)
    try rig.settle(validator)
    #expect(rig.log.contents(of: Rig.events).count == 1)
    #expect(try rig.entries().count == 2)
  }
}

/// Does not answer about some partitions, and notes that it was asked.
private final class MuteLog: EventLog {
  private struct State {
    var mute: Set<Int> = []
    var asked: [Int] = []
    var ledgerReads = 0
    var eventReads: [Int: Int] = [:]
  }

  private let base: SimulatedLog
  private let tellsArrivals: Bool
  private let state = Mutex(State())

  init(base: SimulatedLog, tellsArrivals: Bool) { (self.base, self.tellsArrivals) = (base, tellsArrivals) }

  /// The partitions that were asked about in vain, in order.
  var asked: [Int] { state.withLock(\.asked) }

  func mute(_ partitions: Set<Int>) { state.withLock { $0.mute = partitions } }

  /// How often a partition of the ledger was read.
  var ledgerReads: Int { state.withLock(\.ledgerReads) }

  /// How often each partition of the events was read.
  var eventReads: [Int: Int] { state.withLock(\.eventReads) }

  func forget() { state.withLock { ($0.asked, $0.ledgerReads, $0.eventReads) = ([], 0, [:]) } }

  private func answer(about place: TopicPartition) throws(LogError) {
    let isMute = state.withLock { state in
      guard state.mute.contains(place.partition) else { return false }
      state.asked.append(place.partition)
      return true
    }
    if isMute { throw .unavailable("\(place) has no leader") }
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    try answer(about: place)
    return try base.bounds(of: place)
  }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    try answer(about: place)
    state.withLock { if place.topic == .ledger { $0.ledgerReads += 1 } else { $0.eventReads[place.partition, default: 0] += 1 } }
    return try base.read(place, from: offset, limit: limit, body)
  }

  func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    tellsArrivals ? try base.mayHaveRecords(in: topic, at: positions) : Array(repeating: true, count: positions.count)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { try base.makeAppender() }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}
