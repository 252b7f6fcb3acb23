import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("Faults of the simulated log")
struct SimulatedFaultTests {
  let clock = ManualClock()
  let place = TopicPartition(.ledger, 0)
  let log: SimulatedLog

  init() { log = SimulatedLog(partitions: 2, clock: clock) }

  @discardableResult
  private func append(_ texts: String...) throws -> [Int64] {
    let appender = try log.makeAppender()
    try appender.submit(texts.map { NewRecord(key: nil, value: Array($0.utf8)) }, to: place, tag: 1)
    return try appender.acknowledgements(timeout: .zero)[0].result.get()
  }

  private func read(from offset: Int64) throws -> (texts: [String], next: Int64) {
    var texts: [String] = []
    let next = try log.read(place, from: offset, limit: ReadLimit(records: 100)) { record throws(LogError) in
      texts.append(record.value.map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
    return (texts, next)
  }

  @Test("A lost tail gives its offsets again, and a reader beyond it notices nothing")
  func silentTailLoss() throws {
    try append("a", "b", "c", "d")
    #expect(log.loseTail(of: place, count: 2).map(\.offset) == [2, 3])
    #expect(try log.bounds(of: place) == LogBounds(start: 0, end: 2))
    #expect(try read(from: 4) == ([], 4))
    #expect(throws: LogError.self) { try read(from: 5) }
    #expect(try append("x") == [2])
    #expect(try read(from: 3) == ([], 3))
    try append("y", "z")
    #expect(try read(from: 4) == (["z"], 5))
    #expect(try read(from: 0).texts == ["a", "b", "x", "y", "z"])
  }

  @Test("A tail that is not lost silently refuses readers beyond it until it has grown")
  func loudTailLoss() throws {
    try append("a", "b")
    log.loseTail(of: place, count: 5, silently: false)
    #expect(throws: LogError.offsetOutOfRange(place, requested: 2, held: LogBounds(start: 0, end: 0))) { try read(from: 2) }
    try append("x", "y")
    #expect(try read(from: 2) == ([], 2))
  }

  @Test("Append times jump ahead, stand still, or fall behind when told to")
  func appendTimes() throws {
    let start = clock.now
    try append("a")
    log.setAppendTimes(of: place, .ahead(milliseconds: 60_000))
    try append("b")
    log.setAppendTimes(of: place, .clock)
    clock.advance(milliseconds: 1000)
    try append("c")
    log.setAppendTimes(of: place, .standing)
    clock.advance(milliseconds: 100_000)
    try append("d")
    log.setAppendTimes(of: place, .behind(milliseconds: 100_500))
    try append("e")
    #expect(log.contents(of: place).map { $0.appended - start } == [0, 60_000, 60_000, 60_000, 500])
  }

  @Test("Retention keeps the end, and holes leave offsets out")
  func retentionAndHoles() throws {
    try append("a", "b")
    log.skipOffsets(of: place, count: 3)
    #expect(try append("c") == [5])
    #expect(try read(from: 2) == (["c"], 6))
    log.trim(place, before: 3)
    #expect(try log.bounds(of: place) == LogBounds(start: 3, end: 6))
    #expect(throws: LogError.self) { try read(from: 2) }
    log.trim(place, before: 100)
    #expect(try log.bounds(of: place) == LogBounds(start: 6, end: 6))
    #expect(try append("d") == [6])
  }

  @Test("One bit of a stored value can be changed")
  func bitFlip() throws {
    try append("ab")
    #expect(log.flipBit(of: place, offset: 0, byte: 1))
    #expect(try read(from: 0).texts == ["ac"])
    #expect(!log.flipBit(of: place, offset: 0, byte: 2))
    #expect(!log.flipBit(of: place, offset: 1, byte: 0))
  }

  @Test("Injected errors come as often as they were asked for, in the calls that they were asked for")
  func injectedErrors() throws {
    let appender = try log.makeAppender()
    let error = LogError.unavailable("injected")
    log.inject(error, into: .read, of: place, times: 2)
    log.inject(error, into: .append)
    log.inject(error, into: .submit, of: TopicPartition(.ledger, 1))
    log.inject(error, into: .acknowledgements)
    #expect(throws: error) { try read(from: 0) }
    #expect(throws: error) { try read(from: 0) }
    #expect(try read(from: 0).next == 0)
    try appender.submit([NewRecord(key: nil, value: [1])], to: place, tag: 1)
    #expect(throws: error) { try appender.submit([], to: TopicPartition(.ledger, 1), tag: 2) }
    #expect(throws: error) { try appender.acknowledgements(timeout: .zero) }
    let answers = try appender.acknowledgements(timeout: .zero)
    #expect(throws: error) { try answers[0].result.get() }
    #expect(log.contents(of: place).isEmpty)
    log.inject(error, into: .bounds)
    log.clearInjected()
    #expect(try log.bounds(of: place).end == 0)
  }

  @Test("A partition without a broker can be handed records and not be read, and what is in flight to it waits")
  func unreachable() throws {
    var random = SeededGenerator(seed: 1)
    let log = SimulatedLog(partitions: 2, clock: ManualClock(Instant(milliseconds: 0)), delivery: .byHand)
    let other = TopicPartition(.events, 1)
    let appender = try log.makeAppender()
    log.setUnreachable([place])
    #expect(log.unreachable == [place])
    #expect(throws: LogError.self) { try log.bounds(of: place) }
    #expect(throws: LogError.self) { try log.read(place, from: 0, limit: ReadLimit(records: 1)) { _ in } }
    for (tag, place) in [(1, place), (2, other)] as [(UInt64, TopicPartition)] {
      try appender.submit([NewRecord(key: nil, value: [1])], to: place, tag: tag)
    }
    #expect(log.deliverOne(using: &random, odds: .faultless)?.submission.place == other)
    #expect(log.deliverOne(using: &random, odds: .faultless) == nil)
    log.setUnreachable([])
    #expect(log.deliverOne(using: &random, odds: .faultless)?.submission.place == place)
    #expect(try appender.acknowledgements(timeout: .zero).map(\.tag) == [1, 2])
    #expect(log.contents(of: place).count == 1)
  }

  @Test("A partition that moves is lost at once and heard of later")
  func zombies() throws {
    let first = try log.joinSimulated(group: "validator", topic: .events)
    let second = try log.joinSimulated(group: "validator", topic: .events)
    #expect(try first.poll(timeout: .zero) == .assigned([0, 1]))
    log.move([1], of: "validator", to: second.number)
    #expect(log.owners(of: "validator") == [0, 1])
    #expect(try first.confirmOwnership(of: 0, position: 0))
    #expect(try !first.confirmOwnership(of: 1, position: 0))
    #expect(try second.poll(timeout: .zero) == .assigned([1]))
    #expect(try first.poll(timeout: .zero) == .revoked([1]))
    #expect(try first.poll(timeout: .zero) == nil)
    second.leave()
    #expect(try second.poll(timeout: .zero) == nil)
    #expect(try first.poll(timeout: .zero) == .assigned([1]))
    log.move([0], of: "validator", to: nil)
    #expect(log.owners(of: "validator") == [nil, 0])
  }

  @Test("A partition that went away and came back between two polls is revoked before it is assigned")
  func newGeneration() throws {
    let member = try log.joinSimulated(group: "validator", topic: .events)
    #expect(try member.poll(timeout: .zero) == .assigned([0, 1]))
    log.move([0], of: "validator", to: member.number)
    #expect(try !member.confirmOwnership(of: 0, position: 0))
    #expect(try member.poll(timeout: .zero) == .revoked([0]))
    #expect(try member.poll(timeout: .zero) == .assigned([0]))
    #expect(try member.confirmOwnership(of: 0, position: 0))
  }
}
