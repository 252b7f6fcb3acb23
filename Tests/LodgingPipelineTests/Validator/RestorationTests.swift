import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Synchronization
import Testing

@Suite("Restoring a state in slices")
struct RestorationTests {
  /// Two partitions of which one has a long ledger, and a successor that restores in slices.
  private struct Bench {
    let rig: Rig
    let own: Int
    let long: Int
    let successor: ValidatorLoop
    let member: SimulatedMember

    // The long ledger has so many entries, genesis among them; a step folds a slice of it.
    init(entries: Int, slice: Int) throws {
      var rig = try Rig(partitions: 2)
      own = try Example.inn().withUTF8 { Partitioner.partition(of: $0, among: 2) }
      long = 1 - own
      let first = try rig.validator()
      _ = try rig.append([rig.record(Example.opening(at: rig.clock.now))], to: TopicPartition(.events, own))
      for _ in 1..<entries {
        rig.clock.advance(milliseconds: 1000)
        try rig.append([ValidatorLoop.tick], to: TopicPartition(.events, long))
      }
      try rig.settle(first)
      rig.settings.restoreEntriesMax = slice
      self.rig = rig
      member = try rig.log.joinSimulated(group: "successors", topic: .events)
      successor = try ValidatorLoop(context: rig.context, group: member)
    }

    var ledger: TopicPartition { TopicPartition(.ledger, long) }
    var events: TopicPartition { TopicPartition(.events, long) }

    func isDeciding(_ partition: Int) -> Bool { successor.partitions.contains { $0.partition == partition && $0.isDeciding } }

    /// Steps until the long ledger is restored, and returns in how many.
    func steps(atMost count: Int = 100) throws -> Int {
      for step in 1...count {
        _ = try successor.step(timeout: .zero)
        if isDeciding(long) { return step }
      }
      return count + 1
    }

    /// A validator that restores at once.
    func other(snapshotEntries: Int64 = 20_000) throws -> ValidatorLoop {
      var rig = self.rig
      (rig.settings.restoreEntriesMax, rig.settings.snapshotEntries) = (4096, snapshotEntries)
      return try rig.validator(group: "others")
    }

    /// Begins with the long ledger alone, by giving the other partition to nobody.
    func takeLongOnly() { rig.log.move([own], of: "successors", to: nil) }
  }

  @Test("A slice more is needed where one entry more is there", arguments: [(1, 1), (2, 1), (9, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
  func edges(entries: Int, steps: Int) throws {
    let bench = try Bench(entries: entries, slice: 10)
    bench.takeLongOnly()
    #expect(try bench.steps() == steps)
    #expect(bench.successor.restored.fromGenesis.states == 1 && bench.successor.restored.fromGenesis.entries == Int64(entries))
    #expect(bench.successor.restoring.isEmpty && !bench.successor.isRestoring)
    #expect(bench.successor.partitions.first?.position.offset == Int64(entries) - 1)
  }

  @Test("What a read leaves for the next one is not taken for the end", arguments: [1, 2, 3])
  func shortReads(records: Int) throws {
    let bench = try Bench(entries: 21, slice: 10)
    bench.takeLongOnly()
    bench.rig.log.shortenFirstReads(to: records)
    #expect(try bench.steps() == 3)
    #expect(bench.successor.restored.fromGenesis.entries == 21)
    #expect(bench.successor.partitions.first?.position.offset == 20)
  }

  @Test("Partitions that are restored are decided in each step, while another one is still folded")
  func othersAreDecided() throws {
    let bench = try Bench(entries: 40, slice: 5)
    // The short one first: what was begun is ended before another one is.
    bench.rig.log.move([bench.long], of: "successors", to: nil)
    _ = try bench.successor.step(timeout: .zero)
    #expect(bench.isDeciding(bench.own))
    bench.rig.log.move([bench.long], of: "successors", to: bench.member.number)
    for id in 2..<7 as Range<UInt64> {
      try bench.rig.append(
        [bench.rig.record(Example.checkIn(id, at: bench.rig.clock.now))], to: TopicPartition(.events, bench.own))
      #expect(try bench.successor.step(timeout: .zero) == 1)
      #expect(bench.successor.restoring[bench.long] == Int64(id - 1) * 5)
      #expect(bench.successor.isRestoring && !bench.isDeciding(bench.long))
    }
    #expect(try bench.steps() == 3)
    try bench.rig.append([ValidatorLoop.tick], to: bench.events)
    #expect(try bench.successor.step(timeout: .zero) == 1)
    #expect(try bench.rig.entries(partition: bench.long).count == 41)
  }

  @Test("A partition that is taken away in the middle is folded anew when it comes back")
  func takenAway() throws {
    let bench = try Bench(entries: 30, slice: 5)
    bench.takeLongOnly()
    for _ in 0..<3 { _ = try bench.successor.step(timeout: .zero) }
    #expect(bench.successor.restoring == [bench.long: 15])
    bench.rig.log.move([bench.long], of: "successors", to: nil)
    _ = try bench.successor.step(timeout: .zero)
    #expect(bench.successor.restoring.isEmpty && bench.successor.partitions.isEmpty)
    bench.rig.log.move([bench.long], of: "successors", to: bench.member.number)
    #expect(try bench.steps() == 6)
  }

  @Test("A log that does not answer in the middle costs no slice twice")
  func silence() throws {
    let bench = try Bench(entries: 30, slice: 5)
    bench.takeLongOnly()
    for _ in 0..<3 { _ = try bench.successor.step(timeout: .zero) }
    bench.rig.log.setUnreachable([bench.ledger])
    for _ in 0..<4 { _ = try bench.successor.step(timeout: .zero) }
    #expect(bench.successor.restoring == [bench.long: 15] && !bench.successor.isRestoring)
    bench.rig.log.setUnreachable([])
    #expect(try bench.steps() == 3)
    #expect(bench.successor.restored.fromGenesis.entries == 30)
  }

  /// What was read before the loss may never have counted, and what grew instead counts.
  @Test("A ledger that lost what was read, and grew again, is folded anew", arguments: [0, 2, 4])
  func lostInTheMiddle(grownAgain: Int) throws {
    let bench = try Bench(entries: 12, slice: 10)
    bench.takeLongOnly()
    _ = try bench.successor.step(timeout: .zero)
    #expect(bench.successor.restoring == [bench.long: 10])
    bench.rig.log.loseTail(of: bench.ledger, count: 4)
    bench.rig.log.loseTail(of: bench.events, count: 4)
    let other = try bench.other()
    for _ in 0..<grownAgain {
      bench.rig.clock.advance(milliseconds: 1000)
      try bench.rig.append([ValidatorLoop.tick], to: bench.events)
      try bench.rig.settle(other)
    }
    #expect(try bench.steps() <= 3)
    let counted = try bench.rig.entries(partition: bench.long)
    #expect(counted.count == 8 + grownAgain)
    #expect(bench.successor.partitions.first?.position.offset == Int64(counted.count) - 1)
    #expect(bench.successor.partitions.first?.now == counted.last?.header.now)
    try bench.rig.append([ValidatorLoop.tick], to: bench.events)
    try bench.rig.settle(bench.successor)
    #expect(try bench.rig.entries(partition: bench.long).count == counted.count + 1)
  }

  @Test("A ledger that loses what was read between two reads of a slice, and grows again before the second, is folded anew")
  func lostWithinASlice() throws {
    let bench = try Bench(entries: 12, slice: 10)
    let log = ChangingLog(base: bench.rig.log)
    let context = bench.rig.context(over: log)
    let member = try bench.rig.log.joinSimulated(group: "third", topic: .events)
    bench.rig.log.move([bench.own], of: "third", to: nil)
    let third = try ValidatorLoop(context: context, group: member)
    _ = try third.step(timeout: .zero)
    #expect(third.restoring == [bench.long: 10])
    let (rig, ledger, events) = (bench.rig, bench.ledger, bench.events)
    log.change(ledger) {
      rig.log.loseTail(of: ledger, count: 4)
      rig.log.loseTail(of: events, count: 4)
    }
    log.change(ledger) {
      guard let other = try? rig.validator(group: "others") else { return }
      for _ in 0..<4 {
        rig.clock.advance(milliseconds: 1000)
        _ = try? rig.append([ValidatorLoop.tick], to: events)
        for _ in 0..<8 { _ = try? other.step(timeout: .zero) }
      }
    }
    for _ in 0..<6 { _ = try third.step(timeout: .zero) }
    let counted = try bench.rig.entries(partition: bench.long)
    #expect(counted.count == 12 && third.restoring.isEmpty)
    #expect(third.partitions.first?.isDeciding == true && third.partitions.first?.now == counted.last?.header.now)
  }

  @Test("Entries that others append meanwhile are folded too")
  func othersWrite() throws {
    let bench = try Bench(entries: 12, slice: 5)
    bench.takeLongOnly()
    _ = try bench.successor.step(timeout: .zero)
    let other = try bench.other()
    for _ in 0..<6 { try bench.rig.append([ValidatorLoop.tick], to: bench.events) }
    try bench.rig.settle(other)
    #expect(try bench.steps() == 3)
    #expect(bench.successor.partitions.first?.position.offset == 17)
  }

  @Test("Events that are lost in the middle stop the partition at the end, as if all had been folded at once")
  func eventsLost() throws {
    let bench = try Bench(entries: 12, slice: 5)
    bench.takeLongOnly()
    _ = try bench.successor.step(timeout: .zero)
    bench.rig.log.loseTail(of: bench.events, count: 1)
    for _ in 0..<4 { _ = try bench.successor.step(timeout: .zero) }
    #expect(bench.successor.partitions.map(\.isStopped) == [true])
    #expect(bench.rig.monitor.alarms.contains(.eventsTailLost(partition: bench.long, source: 10)))
    #expect(bench.successor.restoring.isEmpty)
  }

  @Test("With a snapshot only what comes after it is folded")
  func fromSnapshot() throws {
    let bench = try Bench(entries: 12, slice: 4)
    let writer = try bench.other(snapshotEntries: 1)
    for _ in 0..<3 { _ = try writer.step(timeout: .zero) }
    bench.rig.clock.advance(milliseconds: 61_000)
    _ = try writer.step(timeout: .zero)
    for _ in 0..<5 { try bench.rig.append([ValidatorLoop.tick], to: bench.events) }
    try bench.rig.settle(writer)

    let member = try bench.rig.log.joinSimulated(group: "third", topic: .events)
    let third = try ValidatorLoop(context: bench.rig.context, group: member)
    bench.rig.log.move([bench.own], of: "third", to: nil)
    for _ in 0..<2 { _ = try third.step(timeout: .zero) }
    #expect(third.restored.fromSnapshot.states == 1 && third.restored.fromSnapshot.entries == 5)
  }
}

/// A log to which something happens before it is read.
private final class ChangingLog: EventLog {
  private struct Change: Sendable {
    var place: TopicPartition
    var happen: @Sendable () -> Void
  }

  private let base: SimulatedLog
  private let changes = Mutex<[Change]>([])

  init(base: SimulatedLog) { self.base = base }

  /// Has something happen before the next read of a partition for which nothing else is to happen.
  func change(_ place: TopicPartition, _ happen: @escaping @Sendable () -> Void) {
    changes.withLock { $0.append(Change(place: place, happen: happen)) }
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { try base.bounds(of: place) }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    changes.withLock { changes in changes.firstIndex { $0.place == place }.map { changes.remove(at: $0).happen } }?()
    return try base.read(place, from: offset, limit: limit, body)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { try base.makeAppender() }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}
