import LodgingPipeline
import LodgingTesting
import Testing

@Suite("The simulated log, left alone, keeps the port's promises")
struct SimulatedLogConformanceTests {
  static let options = ConformanceOptions()

  @Test("It passes each conformance check", arguments: EventLogConformance.checks(for: options), [Int.max, 1])
  func conforms(check: ConformanceCheck, firstReadRecordsMax: Int) throws {
    let clock = ManualClock()
    let log = SimulatedLog(partitions: Self.options.partitions, clock: clock)
    log.shortenFirstReads(to: firstReadRecordsMax)
    try check.run(on: LogUnderTest(log: log, clock: clock) { log.trim($0, before: $1) }, Self.options)
  }
}
