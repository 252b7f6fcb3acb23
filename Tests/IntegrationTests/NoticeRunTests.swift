import Foundation
import GRDB
import LodgingTesting
import TestThreads
import Testing

@Suite("Notices on running nodes", .onOwnThread, .serialized)
struct NoticeRunTests {
  private let scratch: ScratchFolder
  /// The number of the first card that a test imports.
  private static let card = "chip-card:001090000000"

  init() throws { scratch = try ScratchFolder() }

  /// The notices of the alerts that a node shows.
  private func matches(_ node: RunningNode) throws -> [String] {
    let alerts = try node.object("/v1/alerts?limit=1000")["alerts"] as? [[String: Any]] ?? []
    return alerts.filter { $0["kind"] as? String == "notice.match" }.compactMap { $0["notice"] as? String }.sorted()
  }

  private func waitUntil(_ nodes: [RunningNode], show due: [String]) throws {
    var found: [[String]] = []
    let isSo = try Waiting.wait {
      found = try nodes.map(matches)
      return found.allSatisfy { $0 == due.sorted() }
    }
    guard !isSo else { return }
    throw RunningNode.InVain(report: "\(found), due \(due)", errors: nodes.map { $0.end(SIGKILL).errors }.joined())
  }

  @Test("Two nodes show what fits a notice that is posted while they run, stay first and notice first, and drop it when it is withdrawn")
  func cluster() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, seed) = (register.cluster, register.seed)
    let validator = try cluster.node("validator", data: scratch.file("v"), keys: seed)
    let nodes = try ["g1", "g2"].map { try cluster.node("gateway", data: scratch.file($0), keys: seed) }
    try register.waitUntilDeciding(validator)
    try register.openEstablishments()
    for node in nodes { try node.waitUntilReady() }
    let early = try register.importGuests(0..<1, to: "HN-0001")

    func post(_ document: String) throws -> String {
      let posted = try cluster.run(
        "notices", "post", "--document", document, "--unit", "01", "--reason", "missing", "--until", Self.soon, "--json", data: seed)
      #expect(posted.status == 0 && posted.rows.first?["standing"] as? String == "valid", "\(posted.output)\(posted.errors)")
      #expect(!(posted.output + posted.errors).contains("0010900"))
      return try #require(posted.rows.first?["id"] as? String)
    }
    let first = try post(Self.card)
    try waitUntil(nodes, show: [first])
    let second = try post("identity-card:001090000001")
    // Held against the stay whichever node heard of the notice when.
    let late = try register.importGuests(1..<3, to: "HN-0001")
    #expect(Set(early + late).count == 1, "what establishments are told does not tell of notices")
    try waitUntil(nodes, show: [first, second])
    #expect(try Set(nodes.map { try $0.object("/v1/alerts")["notices"] as? Int }) == [2])

    // Who begins now, and a command that folds by itself, come to the same; so does the audit.
    let third = try cluster.node("gateway", data: scratch.file("g3"), keys: seed)
    try third.waitUntilReady()
    try waitUntil([third], show: [first, second])
    let rows = try cluster.run("alerts", "--json", data: seed).rows
    #expect(rows.count { $0["kind"] as? String == "notice.match" } == 2)
    #expect(try register.audit()["ok"] as? Bool == true)

    #expect(try cluster.run("notices", "withdraw", first, data: seed).status == 0)
    try waitUntil(nodes + [third], show: [second])
    try cluster.produce(Array("nonsense".utf8), key: first, to: "notices")
    #expect(try Waiting.wait { try nodes.allSatisfy { try $0.metric("lodging_notices_unreadable_records_total") == 1 } })
    for record in try cluster.records(of: "notices") {
      #expect(!String(decoding: record.value ?? [], as: UTF8.self).contains("001090"))
    }
    for node in nodes + [third, validator] { #expect(!node.end().errors.contains("001090")) }
  }

  /// A day in three weeks.
  private static var soon: String { Date(timeIntervalSinceNow: 20 * 86_400).ISO8601Format(.iso8601.year().month().day()) }

  @Test("What fits a notice is published with the notice's id and no identity, and withdrawn with it")
  func published() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, seed) = (register.cluster, register.seed)
    let node = try cluster.node("all", data: scratch.file("n"), keys: seed)
    try register.waitUntilDeciding(node)
    try register.openEstablishments()
    _ = try register.importGuests(0..<2, to: "HN-0001")
    let posted = try cluster.run(
      "notices", "post", "--document", Self.card, "--unit", "VN", "--reason", "wanted", "--priority", "critical", "--until", Self.soon,
      "--json",
      data: seed)
    let id = try #require(posted.rows.first?["id"] as? String, "\(posted.errors)")
    let bits = Array(id.utf8).filter { $0 != UInt8(ascii: "-") }
    let bytes = stride(from: 0, to: bits.count, by: 2).compactMap { UInt8(String(decoding: bits[$0..<$0 + 2], as: UTF8.self), radix: 16) }

    var key: String?
    let isPublished = try Waiting.wait {
      key = try cluster.records(of: "alerts").last { $0.value.flatMap { FlatMessage($0) }?.pieces[13] == bytes }?.key
      return key != nil
    }
    #expect(isPublished, "\(node.end(SIGKILL).errors)")
    #expect(try cluster.run("notices", "withdraw", id, data: seed).status == 0)
    let isWithdrawn = try Waiting.wait {
      try cluster.records(of: "alerts").last { $0.key == key }?.value.flatMap { FlatMessage($0) }?.numbers[2] == 2
    }
    #expect(isWithdrawn, "\(node.end(SIGKILL).errors)")
    for record in try cluster.records(of: "alerts") {
      #expect(!String(decoding: record.value ?? [], as: UTF8.self).contains("001090"))
    }
  }

  @Test("A notice that was posted is shown, also where what follows from it cannot be worked out at once")
  func postedButNotHeld() throws {
    let data = scratch.file("data")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", data)
    let register = try DatabaseQueue(path: data + "/register.sqlite")
    try register.write { db in
      try db.execute(sql: "CREATE TRIGGER full BEFORE INSERT ON notice_position BEGIN SELECT RAISE(ABORT, 'no room'); END")
    }
    let valid = ["--unit", "VN", "--reason", "wanted", "--until", Self.soon, "--json", "--data", data]
    let posted = try LodgingProcess.run(["notices", "post", "--document", Self.card] + valid)
    #expect(posted.status == 0 && posted.errors.contains("the next process that folds"), "\(posted.errors)")
    let id = try #require(posted.rows.first?["id"] as? String)
    #expect(try LodgingProcess.run("notices", "withdraw", id, "--data", data).status == 0)
    try register.write { try $0.execute(sql: "DROP TRIGGER full") }
    let second = try LodgingProcess.run(["notices", "post", "--document", Self.card] + valid)
    #expect(second.status == 0 && !second.errors.contains("folds"), "\(second.errors)")
    #expect(try LodgingProcess.run("notices", "list", "--json", "--data", data).rows.count == 2)
    #expect(try LodgingProcess.run("audit", "--data", data).status == 0)
  }

  @Test("The commands say what they did by exit code and row, and never repeat a number")
  func commands() throws {
    let data = scratch.file("data")
    func run(_ arguments: String...) throws -> LodgingProcess.Outcome {
      try LodgingProcess.run(["notices"] + arguments + ["--data", data])
    }
    #expect(try run("list").status == 2, "no register yet")
    let node = try RunningNode([], data: data)
    try node.waitUntilReady()
    let valid = ["--unit", "VN", "--reason", "wanted", "--until", Self.soon]
    let posted = try LodgingProcess.run(["notices", "post", "--document", Self.card, "--data", data] + valid)
    #expect(posted.status == 0 && posted.output.contains("ends with the key of") && !posted.output.contains("001090"))
    let row = try #require(try run("list", "--json").rows.first)
    #expect(row["standing"] as? String == "valid" && row["priority"] as? String == "high" && row["document"] == nil)
    let id = try #require(row["id"] as? String)
    #expect(try run("withdraw", id, "--json").rows.first?["standing"] as? String == "withdrawn")
    #expect(try run("withdraw", "0f8fad5b-d9cb-469f-a165-70867728950e").status == 1)
    for wrong in [
      ["withdraw", "001090000000"], ["post"], ["post", "--document", "001090000000"] + valid,
      ["post", "--document", "chip-card:00109000000x"] + valid, ["post", "--document", Self.card, "--nationality", "XYZ"] + valid,
      ["post", "--document", Self.card, "--priority", "low"] + valid,
      ["post", "--document", Self.card, "--unit", "e:A", "--reason", "wanted", "--until", Self.soon],
      ["post", "--document", Self.card, "--unit", "VN", "--reason", "arrest", "--until", Self.soon],
      ["post", "--document", Self.card, "--unit", "VN", "--reason", "wanted", "--until", "soon"],
    ] {
      let outcome = try LodgingProcess.run(["notices"] + wrong + ["--data", data])
      #expect(outcome.status == 64 && outcome.output.isEmpty && !outcome.errors.contains("00109000000"), "\(wrong): \(outcome.errors)")
    }
    #expect(try run("post", "--document", Self.card, "--unit", "VN", "--reason", "wanted", "--until", "2020-01-01").status == 2)
    #expect(node.end().status == 0)
  }
}
