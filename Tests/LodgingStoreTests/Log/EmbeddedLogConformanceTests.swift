import LodgingPipeline
import LodgingStore
import LodgingTesting
import Testing

@Suite("The embedded log keeps the port's promises")
struct EmbeddedLogConformanceTests {
  static let options = ConformanceOptions()

  @Test("It passes each conformance check", arguments: EventLogConformance.checks(for: options))
  func conforms(check: ConformanceCheck) throws {
    let folder = try LogFolder()
    let log = try folder.open(LogSettings(partitions: Self.options.partitions))
    let subject = LogUnderTest(log: log, clock: folder.clock) { try log.trimEvents(of: $0.partition, before: $1) }
    try check.run(on: subject, Self.options)
  }
}
