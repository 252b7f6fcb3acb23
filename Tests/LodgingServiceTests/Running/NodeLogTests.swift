import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingWire
import Logging
import Synchronization
import Testing

@Suite("Log lines")
struct NodeLogTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])

    func logger(_ format: LogFormat, level: Logger.Level = .info) -> Logger {
      Logger.node(level: level, format: format, output: LogOutput { line in self.all.withLock { $0.append(line) } })
    }
  }

  private let lines = Lines()

  @Test("As JSON a line is one object with time, level, message and metadata, whatever the texts hold")
  func json() throws {
    var logger = lines.logger(.json)
    logger[metadataKey: "role"] = "all"
    logger.warning("a \"quoted\"\nmessage", metadata: ["list": ["a", "b"], "nested": ["x": "y"], "number": "\(7)"])
    let line = try #require(lines.all.withLock { $0 }.first)
    #expect(!line.contains("\n"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["level"] as? String == "warning")
    #expect(object["message"] as? String == "a \"quoted\"\nmessage")
    #expect(object["label"] as? String == "lodging")
    #expect((try? Instant(rfc3339: object["time"] as? String ?? "")) != nil)
    let metadata = try #require(object["metadata"] as? [String: Any])
    #expect(metadata["role"] as? String == "all" && metadata["number"] as? String == "7")
    #expect(metadata["list"] as? [String] == ["a", "b"] && (metadata["nested"] as? [String: String]) == ["x": "y"])
  }

  @Test("As text no message begins a line of its own")
  func text() throws {
    lines.logger(.text).error("one\nfake critical line\u{1B}[31m", metadata: ["b": "2", "a": "1\r"])
    let line = try #require(lines.all.withLock { $0 }.first)
    #expect(line.hasSuffix("error lodging: one\\u{a}fake critical line\\u{1b}[31m (a=1\\u{d}, b=2)"))
  }

  @Test("Lines below the level are not written")
  func level() {
    let logger = lines.logger(.text, level: .warning)
    logger.info("no")
    logger.warning("yes")
    #expect(lines.all.withLock { $0.count } == 1)
  }

  @Test("An alarm is told once in a while, and every kind has a name that metrics know")
  func alarms() {
    let monitor = OperatorMonitor(logger: lines.logger(.text))
    let time = Instant(milliseconds: 0)
    let all: [PipelineAlarm] = [
      .ledgerTailLost(partition: 0, offset: 1), .eventsTailLost(partition: 0, source: 1), .eventsExpired(partition: 0, next: 1, start: 2),
      .eventsMissing(partition: 0, first: 1, last: 2), .deposed(partition: 0, offset: 1),
      .clockBehind(partition: 0, appended: time, now: time), .unknownEntry(partition: 0, offset: 1),
      .laterVersion(partition: 0, offset: 1, needed: .newest), .chainKeyMissing(partition: 0, keyID: 1),
      .genesisRefused(partition: 0, reason: ""), .appendFailed(partition: 0, reason: ""), .poisoned(partition: 0, source: 1),
      .resealFailed(partition: 0, stays: 1),
      .snapshotFailed(partition: 0, reason: ""), .readFailed(partition: 0, reason: ""),
      .undecidedForLong(partition: 0, seconds: 1, retentionSeconds: 2),
    ]
    for alarm in all + all { monitor.alarm(alarm) }
    #expect(lines.all.withLock { $0.count } == all.count)
    #expect(all.map(\.kind.name) == PipelineAlarm.kinds)
  }
}
