import LodgingPipeline
import Logging
import Testing

@testable import LodgingService

@Suite("Reaching a cluster that is not there yet")
struct NodeRegisterTests {
  private let cluster = NodeLog.kafka(KafkaSettings(servers: "a:1", allowsCreateTime: false, secrets: [:]))
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private func open(_ log: NodeLog, _ answers: [LogError]) async throws -> Int {
    var answers = answers
    var asked = 0
    return try await NodeRegister.reaching(log, logger, pause: .zero) {
      asked += 1
      if !answers.isEmpty { throw answers.removeFirst() }
      return asked
    }
  }

  @Test("What does not answer is asked until it does, and a topic that is not known for a moment is asked for again")
  func passing() async throws {
    #expect(try await open(cluster, Array(repeating: .unavailable("test"), count: 20)) == 21)
    #expect(try await open(cluster, [.unknownTopic(.events), .unavailable("test"), .unknownTopic(.ledger)]) == 4)
  }

  @Test("That a cluster is reached is told once where it was not before")
  func reached() async throws {
    let log = TestLog()
    var answers: [LogError] = [.unavailable("test"), .unavailable("test")]
    try await NodeRegister.reaching(cluster, log.logger, pause: .zero) { if let error = answers.popLast() { throw error } }
    #expect(log.levelledLines.last == "notice the cluster can be reached" && log.lines.count == 3)
    try await NodeRegister.reaching(cluster, log.logger, pause: .zero) {}
    #expect(log.lines.count == 3)
  }

  @Test("A topic that no answer knows, what somebody must mend, and the embedded log's failures are told at once or soon")
  func lasting() async throws {
    let unknown = Array(repeating: LogError.unknownTopic(.events), count: NodeRegister.unknownMax + 1)
    await #expect(throws: LogError.unknownTopic(.events)) { try await open(cluster, unknown) }
    await #expect(throws: LogError.fatal("test")) { try await open(cluster, [.fatal("test")]) }
    await #expect(throws: LogError.unknownTopic(.events)) { try await open(.embedded, [.unknownTopic(.events)]) }
    await #expect(throws: LogError.unavailable("test")) { try await open(.embedded, [.unavailable("test")]) }
  }
}
