import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("Access keys on running nodes", .onOwnThread, .serialized)
struct AccessRunTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// How a node answers a question that comes with a key, or without one.
  private func status(_ node: RunningNode, _ key: String?, _ path: String = "/v1/alerts") throws -> Int {
    try node.http.ask("GET", path, headers: key.map { ["Authorization": "Bearer \($0)"] } ?? [:]).status
  }

  private func waitUntil(_ nodes: [RunningNode], answer due: Int, to key: String) throws {
    var statuses: [Int] = []
    let isSo = try Waiting.wait {
      statuses = try nodes.map { try status($0, key) }
      return statuses.allSatisfy { $0 == due }
    }
    guard !isSo else { return }
    throw RunningNode.InVain(report: "\(statuses)", errors: nodes.map { $0.end(SIGKILL).errors }.joined())
  }

  @Test("Two nodes that listen beyond loopback know a key that is granted, replaced and revoked on the cluster, and ask everybody for one")
  func cluster() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, seed) = (register.cluster, register.seed)
    let nodes = try ["g1", "g2"].map {
      try cluster.node("gateway", data: scratch.file($0), keys: seed, "--listen", "0.0.0.0:0", "--http-allow-remote", "true")
    }
    for node in nodes { try node.waitUntilReady() }
    #expect(try nodes.map { try status($0, nil) } == [401, 401])
    #expect(try nodes.map { try status($0, nil, "/metrics") } == [200, 200])

    let granted = try cluster.run("access", "grant", "--holder", "hue-dashboard", "--scope", "read.alerts", "--json", data: seed)
    let row = try #require(granted.rows.first, "\(granted.errors)")
    let (id, key) = (try #require(row["id"] as? String), try #require(row["key"] as? String))
    #expect(granted.status == 0 && row["standing"] as? String == "valid" && row["holder"] as? String == "hue-dashboard")
    try waitUntil(nodes, answer: 200, to: key)
    #expect(try nodes.map { try status($0, key, "/v1/units/VN/occupancy") } == [403, 403])
    #expect(try nodes.map { try status($0, key + "x") } == [401, 401])

    let rotated = try cluster.run("access", "rotate", id, "--overlap-hours", "0", "--json", data: seed)
    let next = try #require(rotated.rows.first?["key"] as? String, "\(rotated.errors)")
    try waitUntil(nodes, answer: 200, to: next)
    #expect(try nodes.map { try status($0, key) } == [401, 401])
    let nextID = try #require(rotated.rows.first?["id"] as? String)
    #expect(try cluster.run("access", "revoke", nextID, data: seed).status == 0)
    try waitUntil(nodes, answer: 401, to: next)

    // Records of nobody's making are passed over, and no record holds a key.
    try cluster.produce(Array("nonsense".utf8), key: "0123456789", to: "access")
    let last = try #require(
      try cluster.run("access", "grant", "--holder", "b", "--json", data: seed).rows.first?["key"] as? String)
    try waitUntil(nodes, answer: 200, to: last)
    let unreadable = try nodes.map { try $0.metric("lodging_access_unreadable_records_total") }
    #expect(unreadable == [1, 1])
    let secrets = try [key, next, last].map { try #require($0.split(separator: ".").last) }
    for record in try cluster.records(of: "access") {
      let text = String(decoding: record.value ?? [], as: UTF8.self)
      #expect(!secrets.contains { text.contains($0) })
    }
    #expect(try nodes.allSatisfy { try $0.metric("lodging_http_access_refused_total", ["reason": "revoked"]) > 0 })
    for node in nodes {
      let errors = node.end().errors
      #expect(!secrets.contains { errors.contains($0) })
      #expect(errors.contains("1 records of the topic access are no access keys"))
    }
  }

  @Test("A node that cannot read the topic says so, and lets nobody in")
  func unreadable() throws {
    let register = try ClusterRegister(partitions: 2)
    let node = try register.cluster.node(
      "gateway", data: scratch.file("g"), keys: register.seed, "--http-demand-keys", "true")
    try node.waitUntilReady()
    let granted = try register.cluster.run("access", "grant", "--holder", "a", "--json", data: register.seed)
    let key = try #require(granted.rows.first?["key"] as? String)
    try waitUntil([node], answer: 200, to: key)
    register.cluster.end()
    try node.waitUntil { isReady, report in
      let reasons = report["reasons"] as? [[String: Any]] ?? []
      return !isReady && reasons.contains { $0["code"] as? String == "access-failing" }
    }
    #expect(try status(node, key) == 200, "what it knew goes on")
    #expect(try status(node, String(key.dropLast(4)) + "AAAA") == 401)
  }

  @Test("On the embedded log a running node knows what commands do beside it; the commands say what they did by exit code and row")
  func commands() throws {
    let data = scratch.file("data")
    func run(_ arguments: String...) throws -> LodgingProcess.Outcome { try LodgingProcess.run(["access"] + arguments + ["--data", data]) }
    #expect(try run("grant", "--holder", "a").status == 2, "no register yet")
    let node = try RunningNode([], data: data)
    try node.waitUntilReady()
    #expect(try status(node, nil) == 200 && status(node, "nonsense") == 401)
    let granted = try run("grant", "--holder", "hue-dashboard", "--expires", "2999-12-31")
    let lines = granted.output.split(separator: "\n")
    let key = try #require(lines.last.map(String.init))
    #expect(granted.status == 0 && lines.count == 2 && key.hasPrefix("lodging."))
    #expect(lines[0].contains("ends 3000-01-01T00:00:00+07:00") && granted.errors.contains("not shown again"))
    try waitUntil([node], answer: 200, to: key)
    let listed = try run("list", "--json")
    let row = try #require(listed.rows.first)
    #expect(listed.rows.count == 1 && row["key"] == nil && row["scopes"] as? [String] == ["read"])
    #expect(!listed.output.contains(key.suffix(43)))
    let id = try #require(row["id"] as? String)
    #expect(try run("revoke", id, "--json").rows.first?["standing"] as? String == "revoked")
    try waitUntil([node], answer: 401, to: key)
    #expect(try run("revoke", id).status == 0)
    #expect(try run("revoke", "0000000000").status == 1 && run("rotate", id).status == 1)
    for wrong in [
      ["revoke", key], ["rotate", "x"], ["grant", "--holder", "two words"], ["grant"], ["grant", "--holder", "a", "--scope", "write"],
      ["grant", "--holder", "a", "--expires", "soon"], ["rotate", id, "--overlap-hours", "721"], ["rotate", id, "--overlap-hours", "-1"],
    ] {
      let outcome = try LodgingProcess.run(["access"] + wrong + ["--data", data])
      #expect(outcome.status == 64 && outcome.output.isEmpty && !outcome.errors.contains(key.suffix(43)), "\(wrong): \(outcome.errors)")
    }
    #expect(try run("grant", "--holder", "a", "--expires", "2020-01-01").status == 2)
    #expect(node.end().status == 0)
  }
}
