import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("What nodes of a cluster publish", .onOwnThread, .serialized)
struct PublishingRunTests {
  private static let partitions = 6
  private let scratch: ScratchFolder
  private let seed: String
  private let cluster: RunningCluster

  init() throws {
    scratch = try ScratchFolder()
    seed = scratch.file("seed")
    cluster = try RunningCluster(partitions: Self.partitions)
    _ = try cluster.run("topics", "create", "--partitions", "\(Self.partitions)", "--replication", "1", data: seed)
  }

  /// Imports cards at an establishment; the numbers are those of guests whom nobody knows.
  private func importGuests(_ numbers: Range<Int>, at establishment: String) throws {
    let lines = numbers.map { "0010900\(String(format: "%05d", $0))||Nguyễn Văn Mẫu|01011990|Nam|Số 1, Hà Nội|01012022" }
    let file = scratch.file("cards-\(establishment)-\(numbers.lowerBound).txt")
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
    let outcome = try cluster.run("import", file, "--establishment", establishment, "--format", "qr", "--json", data: seed)
    #expect(outcome.rows.count { $0["receipt"] is String } == numbers.count, "\(outcome.output.prefix(500))\(outcome.errors)")
  }

  /// Guests of each unit, and the alerts that stand, as a reader of the topics from their start adds them up.
  private func published() throws -> (guests: [String: Int], alerts: Set<String>) {
    var last: [String: [UInt8]] = [:]
    for record in try cluster.records(of: "occupancy") { last[record.key] = record.value }
    var guests: [String: Int] = [:]
    for (key, value) in last {
      let figures = try #require(FlatMessage(value)).numbers
      guests[String(key.prefix { $0 != "/" }), default: 0] += Int(figures[3, default: 0] + figures[4, default: 0])
    }
    var alerts: [String: UInt64] = [:]
    for record in try cluster.records(of: "alerts") { alerts[record.key] = record.value.flatMap { FlatMessage($0) }?.numbers[2] }
    return (guests, Set(alerts.filter { $0.value == 1 }.keys))
  }

  /// Waits until what is published is what the register says.
  private func waitUntilPublished(_ nodes: [RunningNode]) throws {
    let units = ["VN", "e:HN-0001", "e:HN-0002"]
    var due: [String: Int] = [:]
    for unit in units { due[unit] = try cluster.run("occupancy", unit, "--json", data: seed).rows.first?["guests"] as? Int }
    let alerts = Set(try cluster.run("alerts", "--json", data: seed).rows.compactMap { $0["id"] as? String })
    #expect(due.count == units.count && !alerts.isEmpty)
    var found: (guests: [String: Int], alerts: Set<String>)?
    let isSo = try Waiting.wait {
      found = try published()
      return found.map { found in found.alerts == alerts && units.allSatisfy { found.guests[$0] == due[$0] } } ?? false
    }
    guard !isSo else { return }
    let report = "\(found.map { "\($0)" } ?? "-"), due \(due), \(alerts)"
    throw RunningNode.InVain(report: report, errors: nodes.map { $0.end(SIGKILL).errors }.joined())
  }

  @Test("Two publishers, of which one is killed and begins again, leave what the register says, as another client reads it")
  func publishing() throws {
    let validator = try cluster.node("validator", data: scratch.file("v"), keys: seed)
    let first = try cluster.node("projections", data: scratch.file("p1"), keys: seed)
    let second = try cluster.node("projections", data: scratch.file("p2"), keys: seed)
    try validator.waitUntilDeciding()
    _ = try cluster.run("establishments", "load", sample("establishments.csv"), "--json", data: seed)
    try importGuests(0..<12, at: "HN-0001")
    // The same documents in two places.
    try importGuests(8..<20, at: "HN-0002")
    for node in [first, second] { try node.waitUntilReady() }
    try waitUntilPublished([first, second])

    _ = first.end(SIGKILL)
    try importGuests(20..<30, at: "HN-0001")
    try waitUntilPublished([second])
    let again = try cluster.node("projections", data: scratch.file("p1"), keys: seed)
    try again.waitUntilReady()
    _ = second.end(SIGKILL)
    try importGuests(30..<36, at: "HN-0002")
    try waitUntilPublished([again])

    let report = try again.object("/health/ready")
    #expect((report["publishing"] as? [String: Any])?["compared"] as? Bool == true)
    #expect(try again.http.ask("GET", "/metrics").text.contains("lodging_published_records_total{topic=\"occupancy\"} "))
    let record = try #require(try cluster.records(of: "occupancy").last)
    #expect(record.headers.contains("ce_specversion=1.0") && record.headers.contains("ce_subject=\(record.key)"))
    #expect(record.headers.contains("ce_type=lodging.occupancy.v1"))
    #expect(again.end().status == 0 && validator.end().status == 0)
  }
}
