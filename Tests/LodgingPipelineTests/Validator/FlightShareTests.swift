import LodgingPipeline
import LodgingTesting
import Testing

@Suite("What a validator has in flight while the log does not acknowledge")
struct FlightShareTests {
  /// A validator with so many undecided ticks in each of its partitions, over a log that acknowledges by hand.
  private func bench(
    partitions: Int, ticks: Int, _ change: (inout ValidatorSettings) -> Void
  ) throws -> (rig: Rig, validator: ValidatorLoop) {
    var rig = try Rig(partitions: partitions)
    change(&rig.settings)
    let validator = try rig.validator()
    try rig.settle(validator)
    for partition in 0..<partitions {
      try rig.append(Array(repeating: ValidatorLoop.tick, count: ticks), to: TopicPartition(.events, partition))
    }
    rig.log.setDelivery(.byHand)
    return (rig, validator)
  }

  private func step(_ validator: ValidatorLoop, times: Int) throws {
    for _ in 0..<times { _ = try validator.step(timeout: .zero) }
  }

  @Test(
    "It hands over no more submissions than a log takes, however many partitions there are",
    arguments: [(1, 4), (64, 256), (100, 256), (300, 256)])
  func submissions(partitions: Int, inFlight: Int) throws {
    let (rig, validator) = try bench(partitions: partitions, ticks: 6) { $0.partitionEventsMax = 1 }
    try step(validator, times: 12)
    #expect(rig.log.inFlight.count == inFlight)
    #expect(rig.monitor.alarms.isEmpty && validator.restored.fromGenesis.states == partitions, "nothing was refused, and no state dropped")
    rig.log.setDelivery(.atAcknowledgement)
    try rig.settle(validator, steps: 60)
    for partition in 0..<partitions { #expect(try rig.entries(partition: partition).count == 7) }
  }

  @Test("Half of the entries in flight are shared out evenly, so those that are acknowledged go on beside those that are not")
  func entries() throws {
    let (rig, validator) = try bench(partitions: 4, ticks: 100) { settings in
      (settings.entriesInFlightMax, settings.partitionEventsMax) = (40, 8)
    }
    func inFlight(_ partition: Int? = nil) -> Int {
      rig.log.inFlight.filter { partition == nil || $0.place.partition == partition }.reduce(0) { $0 + $1.records.count }
    }
    for _ in 0..<40 {
      try step(validator, times: 1)
      #expect(inFlight() <= 40)
      for submission in rig.log.inFlight where submission.place.partition == 2 { rig.log.land(submission) }
    }
    try step(validator, times: 2)
    #expect(try (0..<4).map { try rig.entries(partition: $0).count } == [1, 1, 101, 1])
    #expect([0, 1, 3].allSatisfy { inFlight($0) >= 5 })
    #expect(inFlight() == 35, "the fourth has nothing more, and what it is assured of is nobody else's")
    #expect(rig.monitor.alarms.isEmpty)
  }

  @Test("A backlog is read block after block in one step")
  func backlog() throws {
    let (rig, validator) = try bench(partitions: 1, ticks: 1000) { settings in
      (settings.partitionEventsMax, settings.blockEventsMax, settings.stepEventsMax) = (100, 100, 350)
    }
    // A step hears only at its end what landed; before anything has, each block may hold what nobody survives.
    for sizes in [[100], [100], [100, 100, 100]] {
      for submission in rig.log.inFlight { rig.log.land(submission) }
      try step(validator, times: 1)
      #expect(rig.log.inFlight.map(\.records.count) == sizes)
    }
    rig.log.setDelivery(.atAcknowledgement)
    try rig.settle(validator, steps: 60)
    #expect(try rig.entries(partition: 0).count == 1001)
    #expect(rig.monitor.alarms.isEmpty)
  }
}
