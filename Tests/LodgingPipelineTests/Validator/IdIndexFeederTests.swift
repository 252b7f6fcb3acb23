import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

struct IdIndexFeederTests {
  /// A ledger with so many registered stays.
  private func makeRig(stays: UInt64) throws -> Rig {
    var rig = try Rig()
    rig.settings.indexRecordsMax = 4
    try rig.append(Example.opening(at: rig.clock.now))
    for id in 0..<stays { try rig.append(Example.checkIn(id + 2, at: rig.clock.now)) }
    let validator = try rig.validator()
    try rig.settle(validator)
    validator.leave()
    #expect(try rig.outcomes().count == Int(stays) + 1)
    return rig
  }

  @Test("What a new owner's index lacks is read a slice at each step; until it is complete, what needs it waits")
  func slices() throws {
    let rig = try makeRig(stays: 20)
    try rig.pass(to: rig.clock.now.adding(days: 30))
    var context = rig.context
    let index = MemoryIdIndex()
    context.index = index
    let validator = try ValidatorLoop(context: context, group: try rig.log.join(group: "others", topic: .events))
    // A report of an arrival that lies before what the state remembers.
    try rig.append(Example.checkIn(50, at: rig.clock.now, arrival: rig.clock.now.adding(days: -20), nights: 25))
    var steps = 0
    while try rig.outcomes().count < 22, steps < 40 {
      _ = try validator.step(timeout: .zero)
      steps += 1
      guard steps == 3 else { continue }
      #expect((1...12).contains(index.count(partition: 0)))
      #expect(try rig.outcomes().count == 21)
    }
    #expect((6..<40).contains(steps))
    #expect(index.count(partition: 0) >= 21)
  }

  @Test("Two that feed one index at the same time leave it as one does: who is overtaken goes on from there")
  func overtaken() throws {
    let rig = try makeRig(stays: 9)
    let alone = MemoryIdIndex()
    let whole = try IdIndexFeeder(partition: 0, log: rig.log, index: alone).catchUp(recordsMax: .max)
    #expect(whole.left == 0 && alone.count(partition: 0) == 10)

    let shared = OvertakenIndex(MemoryIdIndex()) { index in
      _ = try IdIndexFeeder(partition: 0, log: rig.log, index: index).catchUp(recordsMax: 6)
    }
    let reach = try IdIndexFeeder(partition: 0, log: rig.log, index: shared).catchUp(recordsMax: .max)
    #expect(reach.position == whole.position && reach.left == 0)
    #expect(shared.refusals == 1)
    for id in 1...10 {
      let event = EventID(high: 0, low: UInt64(id))
      let found = try shared.find(event, at: Example.inn(), partition: 0)
      let due = try alone.find(event, at: Example.inn(), partition: 0)
      #expect(found == due && found != nil)
    }
  }
}

/// An index that somebody else feeds right before the first addition.
private final class OvertakenIndex: IdIndex {
  private let index: MemoryIdIndex
  private let overtake: @Sendable (MemoryIdIndex) throws -> Void
  private let state = Mutex((isOvertaken: false, refusals: 0))

  init(_ index: MemoryIdIndex, _ overtake: @escaping @Sendable (MemoryIdIndex) throws -> Void) {
    (self.index, self.overtake) = (index, overtake)
  }

  /// How many additions came too late.
  var refusals: Int { state.withLock { $0.refusals } }

  func position(partition: Int) throws -> ChainPosition? { try index.position(partition: partition) }
  func add(
    _ news: [IdIndexNews], partition: Int, after before: ChainPosition?, position: ChainPosition
  ) throws -> Bool {
    let isFirst = state.withLock { state in
      defer { state.isOvertaken = true }
      return !state.isOvertaken
    }
    if isFirst { try overtake(index) }
    let isAdded = try index.add(news, partition: partition, after: before, position: position)
    if !isAdded { state.withLock { $0.refusals += 1 } }
    return isAdded
  }
  func find(_ event: EventID, at establishment: EstablishmentID, partition: Int) throws -> RegisteredEvent? {
    try index.find(event, at: establishment, partition: partition)
  }
  func clear(partition: Int, standingAt position: ChainPosition) throws {
    try index.clear(partition: partition, standingAt: position)
  }
}
