import LodgingPipeline
import LodgingTesting
import Testing

@Suite("The conformance suite notices a broken promise")
struct ConformanceSuiteTests {
  @Test("Each way to break a promise fails a check", arguments: BrokenLog.Fault.allCases)
  func red(fault: BrokenLog.Fault) throws {
    var options = ConformanceOptions()
    options.patience = .seconds(1)
    let isNoticed = EventLogConformance.checks(for: options).contains { check in
      let clock = ManualClock()
      let log = SimulatedLog(partitions: options.partitions, clock: clock)
      let subject = LogUnderTest(log: BrokenLog(base: log, fault: fault), clock: clock) { log.trim($0, before: $1) }
      do { try check.run(on: subject, options) } catch { return true }
      return false
    }
    #expect(isNoticed)
  }

  @Test("An adapter that cannot do everything is spared the checks of what it cannot do")
  func abilities() {
    let all = EventLogConformance.checks().map(\.description)
    let few = EventLogConformance.checks(for: ConformanceOptions(without: Set(ConformanceOptions.Ability.allCases))).map(\.description)
    #expect(Set(all).count == all.count)
    #expect(few.count < all.count && few.count > 20)
    #expect(Set(few).isSubset(of: all))
  }
}
