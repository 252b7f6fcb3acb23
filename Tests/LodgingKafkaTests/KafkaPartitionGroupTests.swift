import KafkaMock
import LodgingKafka
import LodgingPipeline
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaPartitionGroupTests {
  private func join(_ kafka: MockedLog, _ change: (inout KafkaLogConfiguration) -> Void = { _ in }) throws -> any PartitionGroup {
    try kafka.makeLog(change).join(group: "validator", topic: .events)
  }

  /// Joins as soon as the membership before has ended, as a node does that tries again.
  private func joined(_ log: KafkaEventLog) throws -> (any PartitionGroup)? {
    var member: (any PartitionGroup)?
    _ = try Waiting.wait {
      do throws(LogError) {
        member = try log.join(group: "validator", topic: .events)
      } catch {
        guard case .unavailable = error else { throw error }
      }
      return member != nil
    }
    return member
  }

  /// Polls members in turn until `isDone`, and returns what each heard.
  private func poll(_ members: [any PartitionGroup], until isDone: ([[GroupChange]]) throws -> Bool) throws -> [[GroupChange]] {
    var heard: [[GroupChange]] = members.map { _ in [] }
    let deadline = ContinuousClock.now + .seconds(60)
    while try !isDone(heard) {
      for (index, member) in members.enumerated() {
        if let change = try member.poll(timeout: .milliseconds(10)) { heard[index].append(change) }
      }
      guard ContinuousClock.now < deadline else {
        Issue.record("waited in vain; heard \(heard)")
        break
      }
    }
    return heard
  }

  @Test("A partition that stays with its owner is not given up while the group shares out anew")
  func staying() throws {
    let kafka = try MockedLog(partitions: 4)
    let first = try join(kafka)
    #expect(try poll([first]) { !$0[0].isEmpty } == [[.assigned([0, 1, 2, 3])]])
    let second = try join(kafka)
    let heard = try poll([first, second]) { !$0[0].isEmpty && !$0[1].isEmpty }
    // Which half goes is the group's to choose.
    #expect([[.revoked([2, 3])], [.revoked([0, 1])]].contains(heard[0]))
    guard case .revoked(let gone)? = heard[0].first else { return }
    #expect(heard[1] == [.assigned(gone)])
    second.leave()
    #expect(try poll([first]) { !$0[0].isEmpty } == [[.assigned(gone)]])
    first.leave()
  }

  @Test("A member that hears nothing while the group shares out anew gives everything back")
  func silence() throws {
    let kafka = try MockedLog(partitions: 2)
    let member = try join(kafka) { $0.sharingPatience = .milliseconds(100) }
    _ = try poll([member]) { !$0[0].isEmpty }
    let coordinatorLoading: Int32 = 14
    kafka.cluster.failNext(.joinGroup, with: Array(repeating: coordinatorLoading, count: 1000))
    let rebalanceInProgress: Int32 = 27
    kafka.cluster.failNext(.heartbeat, with: [rebalanceInProgress])
    #expect(try poll([member]) { !$0[0].isEmpty } == [[.revoked([0, 1])]])
    #expect(try !member.confirmOwnership(of: 0, position: 0))
  }

  @Test("A member that the group has forgotten has lost everything, and what it asks is denied", arguments: [22, 25] as [Int32])
  func forgotten(code: Int32) throws {
    let kafka = try MockedLog(partitions: 2)
    let member = try join(kafka)
    _ = try poll([member]) { !$0[0].isEmpty }
    kafka.cluster.failNext(.offsetCommit, with: [code])
    #expect(try !member.confirmOwnership(of: 0, position: 1))
    let heard = try poll([member]) { $0[0].count >= 2 }
    #expect(heard == [[.revoked([0, 1]), .assigned([0, 1])]])
    #expect(try member.confirmOwnership(of: 0, position: 1))
  }

  @Test("Whether a partition is still owned cannot be known without the coordinator")
  func coordinatorGone() throws {
    let kafka = try MockedLog(partitions: 2)
    let member = try join(kafka) { $0.patience = .milliseconds(300) }
    _ = try poll([member]) { !$0[0].isEmpty }
    try kafka.cluster.setBroker(1, up: false)
    let error = #expect(throws: LogError.self) { try member.confirmOwnership(of: 0, position: 1) }
    guard case .unavailable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    member.leave()
  }

  @Test("Another process under the same instance's name ends this member, and the error says so by the name")
  func fenced() throws {
    let kafka = try MockedLog(partitions: 2)
    let member = try join(kafka) { $0.instance = "node-1" }
    _ = try poll([member]) { !$0[0].isEmpty }
    let fencedInstance: Int32 = 82
    kafka.cluster.failNext(.heartbeat, with: [fencedInstance])
    let error = #expect(throws: LogError.self) { _ = try poll([member]) { _ in false } }
    #expect(error == .displaced("group lodging.validator, instance node-1"))
    #expect(try !member.confirmOwnership(of: 0, position: 1))
  }

  @Test("An owner that is busy for longer than the session holds up nobody, and goes on with what stays its own")
  func busy() throws {
    let kafka = try MockedLog(partitions: 4)
    let session = { (configuration: inout KafkaLogConfiguration) in configuration.memberSettings["session.timeout.ms"] = "4000" }
    let busy = try join(kafka, session)
    _ = try poll([busy]) { !$0[0].isEmpty }
    // Nobody polls the first one while the group shares out anew, and then anew again.
    let second = try join(kafka, session)
    guard case .assigned(let gone)? = try poll([second], until: { !$0[0].isEmpty })[0].first else { return }
    second.leave()
    let third = try join(kafka, session)
    #expect(try poll([third]) { !$0[0].isEmpty }[0].first.map { $0 == .assigned([0, 1]) || $0 == .assigned([2, 3]) } == true)
    #expect(gone.count == 2)
    // What it still takes for its own it cannot confirm before it has heard what it has.
    #expect(try !busy.confirmOwnership(of: 0, position: 1))
    let heard = try poll([busy]) { !$0[0].isEmpty }[0]
    guard case .revoked(let left)? = heard.first else {
      Issue.record("\(heard)")
      return
    }
    #expect(left.count == 2)
    busy.leave()
    third.leave()
  }

  @Test("Two who join over one log are one member and share out what it has; the group hears nothing of their coming and going")
  func seats() throws {
    let kafka = try MockedLog(partitions: 4)
    let log = try kafka.makeLog()
    let first = try log.join(group: "validator", topic: .events)
    #expect(try poll([first]) { !$0[0].isEmpty } == [[.assigned([0, 1, 2, 3])]])
    let second = try log.join(group: "validator", topic: .events)
    #expect(try poll([first, second]) { !$0[0].isEmpty && !$0[1].isEmpty } == [[.revoked([2, 3])], [.assigned([2, 3])]])
    #expect(try first.confirmOwnership(of: 0, position: 1) && !first.confirmOwnership(of: 2, position: 1))
    #expect(try second.confirmOwnership(of: 2, position: 1) && !second.confirmOwnership(of: 0, position: 1))
    // Another process takes half of what both have together, in one sharing out.
    let other = try join(kafka)
    let heard = try poll([first, second, other]) { $0.allSatisfy { !$0.isEmpty } }
    guard case .assigned(let away)? = heard[2].first else { return }
    #expect(away.count == 2 && heard.allSatisfy { $0.count == 1 || $0.count == 2 })
    first.leave()
    #expect(try !first.confirmOwnership(of: 0, position: 1))
    let left = Set(0..<4).subtracting(away)
    _ = try poll([second]) { _ in try left.allSatisfy { try second.confirmOwnership(of: $0, position: 1) } }
    #expect(try other.poll(timeout: .zero) == nil && away.allSatisfy { try other.confirmOwnership(of: $0, position: 1) })
    second.leave()
    #expect(try poll([other]) { !$0[0].isEmpty } == [[.assigned(left.sorted())]])
  }

  @Test("What ends a membership ends it for all who share it, and who joins afterwards joins anew")
  func sharedFailure() throws {
    let kafka = try MockedLog(partitions: 2)
    let log = try kafka.makeLog { $0.instance = "node-1" }
    let members = try (0..<2).map { _ in try log.join(group: "validator", topic: .events) }
    _ = try poll(members) { $0.allSatisfy { !$0.isEmpty } }
    let fencedInstance: Int32 = 82
    kafka.cluster.failNext(.heartbeat, with: [fencedInstance])
    for member in members { #expect(throws: LogError.self) { _ = try poll([member]) { _ in false } } }
    // Until nothing of it is left, nobody else may have its name.
    #expect(throws: LogError.self) { try log.join(group: "validator", topic: .events) }
    for member in members { member.leave() }
    let next = try #require(try joined(log))
    #expect(try poll([next]) { !$0[0].isEmpty } == [[.assigned([0, 1])]])
  }

  @Test("A partition that stays with the process stays with its thread as far as both can have as many")
  func stickySeats() throws {
    let kafka = try MockedLog(partitions: 5)
    let log = try kafka.makeLog()
    let members = try (0..<2).map { _ in try log.join(group: "validator", topic: .events) }
    #expect(try poll(members) { $0.allSatisfy { !$0.isEmpty } } == [[.assigned([0, 2, 4])], [.assigned([1, 3])]])
    let third = try log.join(group: "validator", topic: .events)
    let heard = try poll(members + [third]) { !$0[0].isEmpty && !$0[2].isEmpty }
    #expect(heard == [[.revoked([4])], [], [.assigned([4])]])
  }

  @Test("A group that refuses its member before anybody has asked is told to everybody, and who joins afterwards joins anew")
  func refusedAtOnce() throws {
    let kafka = try MockedLog(partitions: 3)
    let log = try kafka.makeLog()
    let groupForbidden: Int32 = 30
    kafka.cluster.failNext(.joinGroup, with: [groupForbidden])
    let members = try (0..<3).map { _ in try log.join(group: "validator", topic: .events) }
    #expect(throws: LogError.self) { _ = try poll([members[0]]) { _ in false } }
    for member in members { member.leave() }
    let next = try log.join(group: "validator", topic: .events)
    #expect(try poll([next]) { !$0[0].isEmpty } == [[.assigned([0, 1, 2])]])
  }

  @Test("Published positions become the group's offsets, also those of a member that leaves at once")
  func publishing() throws {
    let kafka = try MockedLog(partitions: 2)
    let member = try join(kafka)
    _ = try poll([member]) { !$0[0].isEmpty }
    member.publish(position: 7, of: 1)
    member.publish(position: 5, of: 0)
    _ = try poll([member]) { _ in try kafka.committed(2) == [5, 7] }
    member.publish(position: 9, of: 0)
    member.leave()
    #expect(try kafka.committed(2) == [9, 7])
  }

  @Test("Every commit carries the note of its process, and whoever asks the group reads the last one of each partition")
  func notes() throws {
    let kafka = try MockedLog(partitions: 3)
    let asking = try kafka.makeLog()
    #expect(try asking.commits(of: "validator", topic: .events) == [nil, nil, nil])
    let member = try join(kafka) { $0.commitNote = "one" }
    _ = try poll([member]) { !$0[0].isEmpty }
    #expect(try member.confirmOwnership(of: 0, position: 4))
    member.publish(position: 5, of: 1)
    let first = GroupCommit(position: 4, note: "one")
    _ = try poll([member]) { _ in
      try asking.commits(of: "validator", topic: .events) == [first, GroupCommit(position: 5, note: "one"), nil]
    }
    member.publish(position: 6, of: 2)
    member.leave()
    #expect(try asking.commits(of: "validator", topic: .events).last == GroupCommit(position: 6, note: "one"))
    // One that says nothing leaves nothing of what was said before.
    let other = try join(kafka)
    _ = try poll([other]) { !$0[0].isEmpty }
    #expect(try other.confirmOwnership(of: 1, position: 7))
    #expect(try asking.commits(of: "validator", topic: .events)[..<2] == [first, GroupCommit(position: 7, note: nil)])
    other.leave()
  }
}
