import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("The positions that a validator publishes for its group")
struct PublishedPositionTests {
  @Test("An owner tells where a partition stands as soon as it decides there, and then what it has decided")
  func positions() throws {
    let rig = try Rig()
    try rig.append(Example.opening(at: rig.clock.now))
    try rig.settle(try rig.validator())
    let group = TellingGroup(base: try rig.log.join(group: "others", topic: .events))
    let validator = try ValidatorLoop(context: rig.context, group: group)
    try rig.settle(validator)
    #expect(group.published == [1])
    try rig.append(Example.checkIn(2, at: rig.clock.now), Example.checkIn(3, at: rig.clock.now))
    try rig.settle(validator)
    #expect(group.published == [1, 3])
  }
}

/// Keeps what is published.
private final class TellingGroup: PartitionGroup {
  private let base: any PartitionGroup
  private(set) var published: [Int64] = []

  init(base: any PartitionGroup) { self.base = base }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? { try base.poll(timeout: timeout) }

  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool {
    try base.confirmOwnership(of: partition, position: position)
  }

  func publish(position: Int64, of partition: Int) { published.append(position) }

  func leave() { base.leave() }
}

@available(*, unavailable)
extension TellingGroup: Sendable {}
