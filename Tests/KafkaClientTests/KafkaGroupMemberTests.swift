import KafkaClient
import KafkaMock
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaGroupMemberTests {
  private let all = Set((0..<Int32(MockedKafka.partitions)).map { KafkaPartition(topic: MockedKafka.topic, number: $0) })

  private func position(_ partition: Int32, _ offset: Int64) -> KafkaPosition {
    KafkaPosition(KafkaPartition(topic: MockedKafka.topic, number: partition), offset: offset)
  }

  @Test("The only member is told every partition, fetches nothing, and what it commits is taken")
  func alone() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a", "b"])
    var member = try kafka.makeMember()
    #expect(try member.nextChange() == .assigned(all.sorted()))
    let error = member.refusal(of: [position(0, 1), position(2, 0)])
    #expect(error == nil)
    let isLost = member.offsets.isLost
    #expect(!isLost)
  }

  @Test("What is noted beside a commit is told to who asks for it, and stands until the next commit")
  func notes() throws {
    let kafka = try MockedKafka()
    var member = try kafka.makeMember()
    _ = try member.nextChange()
    try member.offsets.commit([position(0, 4), position(2, 0)], note: "lodging format=1 rules=1", timeout: MockedKafka.patience)
    let asking = try kafka.makeConnection(["group.id": "readers"])
    let places = all.sorted()
    let noted = [KafkaCommit(offset: 4, note: "lodging format=1 rules=1"), nil, KafkaCommit(offset: 0, note: "lodging format=1 rules=1")]
    #expect(try asking.committed(places, timeout: MockedKafka.patience) == noted)
    try member.offsets.commit([position(0, 5)], timeout: MockedKafka.patience)
    try member.offsets.commit([position(1, 6)], note: "ngày", timeout: MockedKafka.patience)
    let later = try asking.committed(places, timeout: MockedKafka.patience)
    #expect(later == [KafkaCommit(offset: 5), KafkaCommit(offset: 6, note: "ngày"), noted[2]])
  }

  @Test("When another one joins, the first gives up what it has, and then each partition is held by one")
  func sharing() throws {
    let kafka = try MockedKafka()
    var first = try kafka.makeMember()
    #expect(try first.nextChange() == .assigned(all.sorted()))
    var second = try kafka.makeMember()
    var heard: [KafkaGroupChange] = []
    var (ofFirst, ofSecond): (Set<KafkaPartition>, Set<KafkaPartition>) = ([], [])
    let deadline = ContinuousClock.now + MockedKafka.patience
    while ofFirst.isEmpty || ofSecond.isEmpty, ContinuousClock.now < deadline {
      try first.poll(timeout: .milliseconds(10)) { change in
        heard.append(change)
        if case .assigned(let partitions) = change { ofFirst = Set(partitions) }
      }
      try second.poll(timeout: .milliseconds(10)) { if case .assigned(let partitions) = $0 { ofSecond = Set(partitions) } }
    }
    #expect(heard.first == .revoked(all.sorted()))
    #expect(ofFirst.union(ofSecond) == all)
    #expect(ofFirst.isDisjoint(with: ofSecond))
    for error in [first.refusal(of: [position(0, 1)]), second.refusal(of: [position(2, 1)])] { #expect(error == nil) }
  }

  @Test("A member that the coordinator has forgotten is told that it lost everything, and may join again")
  func forgotten() throws {
    let kafka = try MockedKafka()
    var member = try kafka.makeMember()
    #expect(try member.nextChange() == .assigned(all.sorted()))
    kafka.cluster.failNext(.heartbeat, with: [KafkaError.Code.unknownMember.rawValue])
    #expect(try member.nextChange() == .lost(all.sorted()))
    #expect(try member.nextChange() == .assigned(all.sorted()))
  }

  @Test(
    "A commit is refused where the group has gone on",
    arguments: [KafkaError.Code.illegalGeneration, .unknownMember, .rebalanceInProgress])
  func refused(code: KafkaError.Code) throws {
    let kafka = try MockedKafka()
    var member = try kafka.makeMember()
    _ = try member.nextChange()
    kafka.cluster.failNext(.offsetCommit, with: [code.rawValue])
    let error = member.refusal(of: [position(0, 1)])
    #expect(error?.code == code)
    guard code != .rebalanceInProgress else { return }
    let isLost = member.offsets.isLost
    #expect(isLost)
  }

  @Test("Another process of the same static name ends this one, and every later call says so")
  func fenced() throws {
    let kafka = try MockedKafka()
    var member = try kafka.makeMember(["group.instance.id": "one"])
    _ = try member.nextChange()
    kafka.cluster.failNext(.heartbeat, with: [KafkaError.Code.fencedInstance.rawValue])
    var found: KafkaError?
    let deadline = ContinuousClock.now + MockedKafka.patience
    while found == nil, ContinuousClock.now < deadline {
      do { try member.poll(timeout: .milliseconds(100)) { _ in } } catch { found = error }
    }
    #expect(found?.isFatal == true)
    #expect(found?.code == .fencedInstance)
    #expect(member.refusal(of: [position(0, 1)])?.isFatal == true)
  }

  @Test("With the coordinator gone a commit ends when its time is up, leaving does not wait longer, and letting go works")
  func brokerGone() throws {
    let kafka = try MockedKafka()
    do {
      var member = try kafka.makeMember()
      _ = try member.nextChange()
      try kafka.cluster.setBroker(1, up: false)
      let error = member.refusal(of: [position(0, 1)], timeout: .milliseconds(200))
      #expect(error?.isRetriable == true)
      try member.offsets.commitLater([position(1, 1)])
      member.leave(timeout: .milliseconds(200))
    }
    try kafka.cluster.setBroker(1, up: true)
    #expect(try kafka.makeTopic().end(of: 0, timeout: MockedKafka.patience) == 0)
  }

  @Test("A member that left hears nothing more, and the next one has everything at once")
  func left() throws {
    let kafka = try MockedKafka()
    var first = try kafka.makeMember()
    _ = try first.nextChange()
    first.leave(timeout: MockedKafka.patience)
    first.leave(timeout: .zero)
    var heard = 0
    try first.poll(timeout: .zero) { _ in heard += 1 }
    #expect(heard == 0)
    var second = try kafka.makeMember()
    #expect(try second.nextChange() == .assigned(all.sorted()))
  }

  @Test("A topic that does not exist, and a group that may not be used, are errors of the poll", arguments: [true, false])
  func errors(isTopic: Bool) throws {
    let kafka = try MockedKafka()
    let code: KafkaError.Code = isTopic ? .unknownTopicOrPartition : .groupForbidden
    if isTopic { kafka.cluster.setError(of: MockedKafka.topic, to: code.rawValue) }
    if !isTopic { kafka.cluster.failNext(.joinGroup, with: Array(repeating: code.rawValue, count: 100)) }
    var member = try kafka.makeMember()
    var found: KafkaError?
    let deadline = ContinuousClock.now + MockedKafka.patience
    while found == nil, ContinuousClock.now < deadline {
      do { try member.poll(timeout: .milliseconds(100)) { _ in } } catch { found = error }
    }
    #expect(found?.code == code)
  }
}

extension MockedKafka {
  /// A member of the test's one group, over all partitions.
  func makeMember(_ changes: [String: String] = [:]) throws -> KafkaGroupMember {
    var configuration = KafkaConfiguration.member(of: "readers", bootstrapServers: cluster.bootstrapServers)
    configuration.settings.merge(["heartbeat.interval.ms": "100", "reconnect.backoff.ms": "10"]) { $1 }
    configuration.settings.merge(changes) { $1 }
    return try KafkaGroupMember(configuration, topics: [Self.topic]) { _ in }
  }
}

extension KafkaGroupMember {
  /// Polls until something changes; partitions are in order.
  fileprivate mutating func nextChange() throws -> KafkaGroupChange? {
    var found: KafkaGroupChange?
    let deadline = ContinuousClock.now + MockedKafka.patience
    while found == nil, ContinuousClock.now < deadline {
      try poll(timeout: .milliseconds(100)) { change in
        found = found ?? change.sorted
      }
    }
    return found
  }

  /// The error with which a commit is refused, nil where it is taken.
  fileprivate func refusal(of positions: [KafkaPosition], timeout: Duration = MockedKafka.patience) -> KafkaError? {
    do {
      try offsets.commit(positions, timeout: timeout)
      return nil
    } catch {
      return error
    }
  }
}

extension KafkaGroupChange {
  fileprivate var sorted: KafkaGroupChange {
    switch self {
    case .assigned(let partitions): .assigned(Set(partitions).sorted())
    case .revoked(let partitions): .revoked(Set(partitions).sorted())
    case .lost(let partitions): .lost(Set(partitions).sorted())
    }
  }
}

extension Set<KafkaPartition> {
  fileprivate func sorted() -> [KafkaPartition] { sorted { ($0.topic, $0.number) < ($1.topic, $1.number) } }
}
