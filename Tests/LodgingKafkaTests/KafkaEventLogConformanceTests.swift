import KafkaMock
import LodgingKafka
import LodgingPipeline
import LodgingTesting
import TestThreads
import Testing

/// The mock cluster has neither log-append time nor retention on demand; a group of the cluster has no owner of everything.
@Suite("The log on Kafka keeps the port's promises", .onOwnThread)
struct KafkaEventLogConformanceTests {
  static let options = ConformanceOptions(without: [.appendTimes, .injectedClock, .retention, .undividedGroups])

  @Test("It passes each conformance check on the mock cluster", arguments: EventLogConformance.checks(for: options))
  func conforms(check: ConformanceCheck) throws {
    let kafka = try MockedLog(partitions: Self.options.partitions)
    try check.run(on: LogUnderTest(log: try kafka.makeLog()), Self.options)
  }
}
