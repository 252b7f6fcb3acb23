import Foundation
import LodgingTesting
import TestThreads
import Testing

/// The next version is a program of its own, `next-lodging`, that only tests have.
@Suite("An upgrade of one node after the other, as processes of two versions", .onOwnThread, .serialized)
struct RollingUpgradeTests {
  private let register: ClusterRegister

  init() throws { register = try ClusterRegister(partitions: 4) }

  private func node(_ name: String, program: String) throws -> RunningNode {
    try register.cluster.node("validator", data: register.scratch.file(name), keys: register.seed, program: program)
  }

  private func next(_ command: String...) throws -> [String: Any] {
    let outcome = try run(command)
    return try #require(outcome.rows.first, "\(outcome.errors)")
  }

  private func run(_ command: [String]) throws -> LodgingProcess.Outcome {
    try LodgingProcess.run(
      command + ["--data", register.seed] + register.cluster.options, environment: register.cluster.environment, program: "next-lodging")
  }

  private func codes(_ node: RunningNode) throws -> [String] {
    (try node.object("/health/ready")["reasons"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
  }

  @Test("Both decide until the ledger is raised; then the earlier one says why it decides no more and hands over, and nothing is lost")
  func upgrade() throws {
    let earlier = try node("earlier", program: "lodging")
    try register.waitUntilDeciding(earlier)
    try register.openEstablishments()
    let later = try node("later", program: "next-lodging")
    #expect(try Waiting.wait { try later.deciding() > 0 && earlier.deciding() + later.deciding() == 4 })
    // Each decides its own partitions, in the version that is in force.
    for start in [100, 200] {
      #expect(try register.importGuests(start..<start + 20, to: "HN-0001").count == 20)
      #expect(try register.importGuests(start + 50..<start + 70, to: "HN-0002").count == 20)
    }
    #expect(try register.audit()["ok"] as? Bool == true)
    let own = try register.cluster.run("ledger", "upgrade", "--yes", "--json", data: register.seed)
    #expect((own.rows.first?["partitions"] as? [Int])?.isEmpty == true, "the earlier program knows nothing to raise it to: \(own.errors)")

    let early = try run(["upgrade"])
    #expect(early.status == 2 && early.output.isEmpty && early.errors.contains("--force"), "\(early.errors)")
    #expect(early.errors.contains("committed last by a program that knows format 1, rules 1"), "\(early.errors)")
    #expect(try earlier.deciding() > 0)
    let raised = try next("upgrade", "--force")
    #expect(raised["format"] as? Int == 2 && (raised["partitions"] as? [Int])?.count == 4, "\(raised)")
    #expect(try Waiting.wait { try later.deciding() == 4 })
    #expect(try codes(earlier) == ["later-version"])
    #expect(try codes(later).isEmpty)
    #expect(try earlier.http.ask("GET", "/health/ready").status == 503)

    // The earlier program stops in front of what it does not know, and says so.
    let stopped = try register.cluster.run("audit", "--json", data: register.seed)
    #expect(stopped.status == 1 && stopped.output.contains("later version"), "\(stopped.output)")
    try expectSentAgain(10)
    let ended = earlier.end()
    #expect(ended.status == 0 && ended.errors.contains("start the later program here"), "\(ended.errors)")

    let upgraded = try node("earlier", program: "next-lodging")
    #expect(try Waiting.wait { try upgraded.deciding() > 0 && later.deciding() + upgraded.deciding() == 4 })
    let audit = try next("audit")
    #expect(audit["ok"] as? Bool == true && audit["undecided"] as? Int == 0, "\(audit)")
    #expect(later.end().status == 0 && upgraded.end().status == 0)
  }

  @Test("Before anybody decides nobody is known to know a version; where all partitions are the later program's, it is raised")
  func ready() throws {
    let empty = try run(["upgrade"])
    #expect(empty.status == 2 && empty.errors.contains("partitions 0-3: nothing is committed"), "\(empty.errors)")
    let later = try node("later", program: "next-lodging")
    try register.waitUntilDeciding(later)
    // No event comes: that it has the partitions is committed all the same.
    #expect(try Waiting.wait { try run(["upgrade"]).status == 0 })
    let again = try next("upgrade")
    #expect(again["format"] as? Int == 2 && (again["partitions"] as? [Int])?.isEmpty == true, "\(again)")
    #expect(later.end().status == 0)
  }

  /// What was sent before, once more and byte for byte while the earlier node stands beside the later one: each is decided, and none twice.
  private func expectSentAgain(_ count: Int) throws {
    let before = try #require(try next("audit")["decided"] as? Int)
    let sent = try register.cluster.records(of: "stay-events").filter { $0.key == "HN-0001" }.suffix(count)
    for record in sent {
      try register.cluster.produce(
        try #require(record.value), key: record.key, to: "stay-events", "-p", "\(register.partition(of: record.key))")
    }
    #expect(try Waiting.wait { try next("audit")["decided"] as? Int == before + count })
    let audit = try next("audit")
    #expect(audit["ok"] as? Bool == true && audit["lost"] as? Int == 0 && audit["doubled"] as? Int == 0, "\(audit)")
  }
}
