import KafkaMock
import TestThreads
import Testing

@Suite(.onOwnThread)
struct MockInstructionTests {
  @Test("Each form is read")
  func forms() throws {
    #expect(try MockInstruction("broker 2 down") == .broker(2, up: false))
    #expect(try MockInstruction("broker 2 up") == .broker(2, up: true))
    #expect(try MockInstruction("rtt 1 250") == .delay(broker: 1, milliseconds: 250))
    #expect(try MockInstruction("leader some.topic 3 2") == .leader(topic: "some.topic", partition: 3, broker: 2))
    #expect(try MockInstruction("coordinator some.group 3") == .coordinator(group: "some.group", broker: 3))
    #expect(try MockInstruction("errors 0 7 4") == .errors(.produce, code: 7, count: 4))
    #expect(try MockInstruction("topic-error some.topic 5") == .topicError("some.topic", code: 5))
  }

  @Test(
    "What is no instruction is refused with the forms there are",
    arguments: [
      "", "broker", "broker x up", "broker 1 sideways", "broker  1 up", "broker 1 up ", "rtt 1 -1", "rtt 1 60001", "leader t -1 1",
      "leader t 1", "errors 99 7 1", "errors 0 7 0", "errors 0 7 10001", "explode",
    ])
  func refused(line: String) {
    let error = #expect(throws: KafkaMockError.self) { try MockInstruction(line) }
    #expect(error?.description.contains("broker ID down|up") == true)
  }

  @Test("A cluster does what it has, and refuses what it has not")
  func carriedOut() throws {
    let cluster = try KafkaMockCluster(brokers: 3)
    try cluster.makeTopic("t", partitions: 1)
    let known = [
      "broker 2 down", "broker 2 up", "rtt 1 5", "rtt 1 0", "leader t 0 3", "coordinator g 1", "errors 3 0 1", "topic-error t 0",
    ]
    for line in known {
      try MockInstruction(line).carryOut(on: cluster)
    }
    for line in ["broker 9 down", "rtt 9 5", "leader t 9 1"] {
      #expect(throws: KafkaMockError.self) { try MockInstruction(line).carryOut(on: cluster) }
    }
  }
}
