import LodgingPipeline
import LodgingTesting
import Testing

@Suite("Deliveries of the simulated log happen as the simulation says")
struct SimulatedDeliveryTests {
  let clock = ManualClock()
  let place = TopicPartition(.events, 1)
  let log: SimulatedLog

  init() { log = SimulatedLog(partitions: 2, clock: clock, delivery: .byHand) }

  private func records(_ texts: String...) -> [NewRecord] { texts.map { NewRecord(key: nil, value: Array($0.utf8)) } }

  private func texts() -> [String] { log.contents(of: place).map { String(decoding: $0.value ?? [], as: UTF8.self) } }

  @Test("Nothing lands and nothing is acknowledged before the simulation lands it")
  func nothingByItself() throws {
    let appender = try log.makeAppender()
    try appender.submit(records("a"), to: place, tag: 1)
    #expect(try appender.acknowledgements(timeout: .seconds(60)).isEmpty)
    #expect(texts().isEmpty)
    #expect(log.land(next: 5) == 1)
    #expect(try appender.acknowledgements(timeout: .zero).map(\.tag) == [1])
    #expect(texts() == ["a"])
  }

  @Test("A record lost in the middle fails the acknowledgement, and the others stand without a hole")
  func lostMiddle() throws {
    let appender = try log.makeAppender()
    try appender.submit(records("a", "b", "c"), to: place, tag: 1)
    try appender.submit(records("d"), to: place, tag: 2)
    #expect(log.land(log.inFlight[0], only: [0, 2]) == [0, 1])
    log.land()
    #expect(texts() == ["a", "c", "d"])
    let answers = try appender.acknowledgements(timeout: .zero)
    #expect(answers.map(\.tag) == [1, 2])
    #expect(throws: LogError.self) { try answers[0].result.get() }
    #expect(try answers[1].result.get() == [2])
  }

  @Test("An acknowledgement waits for the one before it in the same partition, not for another partition's")
  func acknowledgementOrder() throws {
    let appender = try log.makeAppender()
    try appender.submit(records("a"), to: place, tag: 1)
    try appender.submit(records("b"), to: place, tag: 2)
    try appender.submit(records("c"), to: TopicPartition(.events, 0), tag: 3)
    let flight = log.inFlight
    log.land(flight[1])
    log.land(flight[2])
    #expect(try appender.acknowledgements(timeout: .zero).map(\.tag) == [3])
    log.drop(flight[0])
    let answers = try appender.acknowledgements(timeout: .zero)
    #expect(answers.map(\.tag) == [1, 2])
    #expect(throws: LogError.self) { try answers[0].result.get() }
    #expect(texts() == ["b"])
  }

  @Test("What lands twice lands again later, also when its appender is gone")
  func landsTwice() throws {
    do {
      let appender = try log.makeAppender()
      try appender.submit(records("a", "b"), to: place, tag: 1)
      log.land(log.inFlight[0], again: true)
      #expect(try appender.acknowledgements(timeout: .zero).map { try $0.result.get() } == [[0, 1]])
    }
    let other = log.makeSimulatedAppender()
    try other.submit(records("c"), to: place, tag: 1)
    log.land(log.inFlight[1])
    log.land()
    #expect(texts() == ["a", "b", "c", "a", "b"])
    #expect(log.contents(of: place).map(\.submission) == [0, 0, 2, 0, 0])
    #expect(log.contents(of: place).map(\.appender) == [0, 0, 1, 0, 0])
    #expect(log.inFlight.isEmpty)
  }

  @Test("What was purged may land later, and nobody hears of it")
  func landsAfterPurge() throws {
    let appender = try log.makeAppender()
    try appender.submit(records("late"), to: place, tag: 1)
    appender.purge()
    try appender.submit(records("new"), to: place, tag: 2)
    #expect(log.inFlight.map(\.isAbandoned) == [true, false])
    log.land(log.inFlight[1])
    log.land()
    #expect(texts() == ["new", "late"])
    #expect(try appender.acknowledgements(timeout: .zero).map(\.tag) == [2])
  }

  @Test("An appender may hear of a failure, or nothing, though everything landed")
  func wrongAnswers() throws {
    let appender = try log.makeAppender()
    try appender.submit(records("a"), to: place, tag: 1)
    try appender.submit(records("b"), to: place, tag: 2)
    log.land(log.inFlight[0], answer: .failure(.unavailable("lost answer")))
    log.land(log.inFlight[0], answer: .silence)
    let answers = try appender.acknowledgements(timeout: .zero)
    #expect(answers.map(\.tag) == [1])
    #expect(throws: LogError.unavailable("lost answer")) { try answers[0].result.get() }
    #expect(texts() == ["a", "b"])
  }

  @Test("Random deliveries are the same for the same seed, and bring every kind of mishap")
  func randomDeliveries() throws {
    func run(_ seed: UInt64) throws -> ([SimulatedRecord], Set<Delivered.Outcome>) {
      let log = SimulatedLog(partitions: 2, clock: clock, delivery: .byHand)
      var random = SeededGenerator(seed: seed)
      var outcomes: Set<Delivered.Outcome> = []
      let appenders = [try log.makeAppender(), try log.makeAppender()]
      for round in 0..<400 {
        try appenders[round % 2].submit(records("\(round)", "\(round)+"), to: place, tag: UInt64(round))
        if let delivered = log.deliverOne(using: &random) { outcomes.insert(delivered.outcome) }
        _ = try appenders[round % 2].acknowledgements(timeout: .zero)
        if round % 50 == 49 { appenders[0].purge() }
      }
      return (log.contents(of: place), outcomes)
    }
    let (landed, outcomes) = try run(3)
    #expect(outcomes == Set(Delivered.Outcome.allCases))
    #expect(try run(3).0 == landed)
    #expect(try run(4).0 != landed)
  }

  @Test("Faultless random deliveries keep each appender's order and lose nothing")
  func faultlessDeliveries() throws {
    var random = SeededGenerator(seed: 5)
    let appenders = [try log.makeAppender(), try log.makeAppender()]
    for round in 0..<60 { try appenders[round % 2].submit(records("\(round)"), to: place, tag: UInt64(round)) }
    while let delivered = log.deliverOne(using: &random, odds: .faultless) { #expect(delivered.outcome == .landed) }
    #expect(log.inFlight.isEmpty)
    for parity in 0..<2 {
      #expect(texts().compactMap { Int($0) }.filter { $0 % 2 == parity } == (0..<60).filter { $0 % 2 == parity })
      #expect(try appenders[parity].acknowledgements(timeout: .zero).count == 30)
    }
  }
}
