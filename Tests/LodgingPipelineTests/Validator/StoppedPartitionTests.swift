import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("A validator with a partition that stands still")
struct StoppedPartitionTests {
  /// It looks once a minute whether an operator acted; what the other partitions have in flight then is none of its business.
  @Test("Looking at it again drops nobody else's state")
  func othersGetOn() throws {
    let rig = try Rig(partitions: 2)
    let validator = try rig.validator()
    for partition in 0..<2 { try rig.append([ValidatorLoop.tick], to: TopicPartition(.events, partition)) }
    try rig.settle(validator)
    rig.log.loseTail(of: TopicPartition(.events, 0), count: 1)
    rig.clock.advance(milliseconds: 60_000)
    try rig.settle(validator)
    #expect(validator.partitions.map(\.isStopped) == [true, false])

    let restored = validator.restored.fromGenesis.states
    try rig.append([ValidatorLoop.tick], to: TopicPartition(.events, 1))
    rig.log.setDelivery(.byHand)
    #expect(try validator.step(timeout: .zero) == 1)
    #expect(validator.partitions[1].inFlight == 1)
    rig.clock.advance(milliseconds: 60_000)
    _ = try validator.step(timeout: .zero)
    #expect(rig.monitor.alarms.count { $0 == .eventsTailLost(partition: 0, source: 0) } == 2)
    #expect(validator.partitions[1].inFlight == 1 && validator.restored.fromGenesis.states == restored)
    rig.log.setDelivery(.atAcknowledgement)
    try rig.settle(validator)
    #expect(try rig.entries(partition: 1).count == 3 && validator.partitions[1].isDeciding)
  }

  @Test("A clock that is set back keeps a validator neither from looking for lost tails nor from looking again")
  func clockSetBack() throws {
    let rig = try Rig(partitions: 2)
    rig.clock.advance(milliseconds: Instant.millisecondsPerHour)
    let validator = try rig.validator()
    for partition in 0..<2 { try rig.append([ValidatorLoop.tick], to: TopicPartition(.events, partition)) }
    try rig.settle(validator)
    for looks in 1...2 {
      rig.log.loseTail(of: TopicPartition(.events, 0), count: 1)
      rig.clock.set(rig.clock.now.adding(seconds: -60))
      try rig.settle(validator)
      #expect(validator.partitions.map(\.isStopped) == [true, false])
      #expect(rig.monitor.alarms.count { $0 == .eventsTailLost(partition: 0, source: 0) } == looks)
    }
  }
}
