import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingWire
import Logging
import Synchronization
import Testing

@Suite("The runbook")
struct RunbookTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private let page: String

  init() throws {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    page = try String(contentsOf: folder.appendingPathComponent("docs/runbook.md"), encoding: .utf8)
  }

  @Test("Every kind of alarm has a section")
  func kinds() {
    for kind in PipelineAlarm.kinds { #expect(page.contains("\n### `\(kind)`\n"), "\(kind)") }
  }

  @Test("It quotes each alarm as it is logged")
  func lines() throws {
    let reason = "the log does not answer"
    let alarms: [PipelineAlarm] = [
      .ledgerTailLost(partition: 7, offset: 1204), .eventsTailLost(partition: 7, source: 880),
      .eventsExpired(partition: 7, next: 881, start: 900), .eventsMissing(partition: 7, first: 881, last: 883),
      .deposed(partition: 7, offset: 1204),
      .clockBehind(
        partition: 7, appended: try Instant(rfc3339: "2026-11-22T06:32:36Z"), now: try Instant(rfc3339: "2026-11-22T06:28:00Z")),
      .unknownEntry(partition: 7, offset: 1204),
      .laterVersion(partition: 7, offset: 1204, needed: LedgerVersion(format: 2, rules: .newest)),
      .chainKeyMissing(partition: 7, keyID: 2),
      .genesisRefused(partition: 7, reason: "the ledger does not begin with a genesis entry"),
      .appendFailed(partition: 7, reason: reason), .poisoned(partition: 7, source: 881), .resealFailed(partition: 7, stays: 2),
      .snapshotFailed(partition: 7, reason: "the disk is full"), .readFailed(partition: 7, reason: reason),
      .undecidedForLong(partition: 7, seconds: 302_400, retentionSeconds: 1_209_600),
    ]
    let lines = Lines()
    let logger = Logger.node(level: .info, format: .text, output: LogOutput { line in lines.all.withLock { $0.append(line) } })
    let monitor = OperatorMonitor(logger: logger)
    for alarm in alarms { monitor.alarm(alarm) }
    #expect(Set(alarms.map(\.kind.name)) == Set(PipelineAlarm.kinds))
    for line in lines.all.withLock({ $0 }) {
      // Without the time.
      let words = line.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
      #expect(page.contains("\n\(words)\n"), "\(words)")
    }
  }

  @Test("It has every reason and warning of a node's health")
  func health() {
    let status = NodeStatus(role: .all, lagSecondsMax: 60, publishes: true)
    var codes = status.report().reasons.map(\.code)
    #expect(codes == ["folding", "publishing"])
    var published = PublisherFigures()
    (published.hasCompared, published.lagMilliseconds) = (true, 60_001)
    status.publishes(published)
    status.folds(.init(entries: 1, of: 1, partitionsBehind: 0, asOf: nil), lagSeconds: 61, ends: [], behind: [])
    status.decides(.init(owned: 1, deciding: 0, stopped: 1), thread: 0)
    let loops = ["projections", "publisher", "validator-N", "id-index", "ingress-CHAIN", "access", "notices", "sampler", "housekeeping"]
    for loop in loops { status.fails(loop, "") }
    for condition in NodeCondition.allCases { #expect(status.stands(condition, true)) }
    status.isOutgrown()
    status.end()
    let report = status.report()
    codes += (report.reasons + report.warnings).map(\.code)
    codes += NodeStatus(role: .validator, lagSecondsMax: 60).report().warnings.map(\.code)
    #expect(codes.count == 17 + NodeCondition.allCases.count)
    for code in codes { #expect(page.contains("`\(code)`"), "\(code)") }
  }
}
