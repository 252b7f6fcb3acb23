import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("Events that kill validators")
struct PoisonTests {
  @Test("The event goes into quarantine after so many deaths, and those on other partitions are decided")
  func innocentNeighbours() throws {
    let rig = try Rig(partitions: 2)
    let inns = try ["HN-0001", "HN-0002", "HN-0003", "HN-0004"].map { try EstablishmentID($0) }
    let partitions = inns.map { inn in inn.withUTF8 { Partitioner.partition(of: $0, among: 2) } }
    let deadlyInn = try #require(zip(inns, partitions).first { $0.1 == 0 }?.0)
    let otherInn = try #require(zip(inns, partitions).first { $0.1 == 1 }?.0)
    for (partition, inn) in [deadlyInn, otherInn].enumerated() {
      let place = TopicPartition(.events, partition)
      try rig.append([rig.record(event(1, of: inn, Example.opening(at: rig.clock.now)))], to: place)
      let guest = try Example.guest(number: partition == 0 ? Self.deadlyNumber : "001090000123")
      try rig.append([record(event(2, of: inn, Example.checkIn(2, at: rig.clock.now)), guest: guest)], to: place)
      try rig.append([rig.record(event(3, of: inn, Example.checkIn(3, at: rig.clock.now)))], to: place)
    }

    for _ in 0..<20 { try liveAndDie(rig) }

    #expect(rig.monitor.alarms.filter { if case .poisoned = $0 { true } else { false } } == [.poisoned(partition: 0, source: 1)])
    #expect(try rig.entries(partition: 0).map(\.body.kind) == [.genesis, .decided, .undecodable, .decided])
    #expect(try rig.entries(partition: 1).map(\.body.kind) == [.genesis, .decided, .decided, .decided])
  }

  private static let deadlyNumber = "001090999999"

  /// A process that decides until it finds nothing more to do or dies of a guest.
  private func liveAndDie(_ rig: Rig) throws {
    let power = SimulatedPower()
    var fingerprints = DirectoryFingerprints(key: rig.ring.directoryKey)
    let deadlyKey = fingerprints.rowKey(of: try PersonalNumber(Self.deadlyNumber))
    var context = rig.context(over: PoweredLog(rig.log, power: power))
    context.directory = PoweredDirectory(rig.directory, power: power, deadlyKey: deadlyKey)
    let validator = try ValidatorLoop(context: context, group: try rig.log.join(group: "validators", topic: .events))
    for _ in 0..<12 where !power.isCut { _ = try? validator.step(timeout: .zero) }
  }

  private func event(_ id: UInt64, of inn: EstablishmentID, _ event: StayEvent) -> StayEvent {
    StayEvent(
      id: EventID(high: 0, low: id), establishment: inn, happened: event.happened, captured: event.captured, received: event.received,
      channel: event.channel, body: event.body)
  }

  private func record(_ event: StayEvent, guest: GuestIdentity) throws -> NewRecord {
    var value: [UInt8] = []
    try WireEvent.encode(event, identity: .plain(guest), into: &value)
    return NewRecord(key: event.establishment.withUTF8 { Array($0) }, value: value)
  }
}
