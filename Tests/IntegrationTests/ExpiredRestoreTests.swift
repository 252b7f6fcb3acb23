import Foundation
import TestThreads
import Testing

@Suite("A backup of a cluster whose events expired before anything was decided", .onOwnThread)
struct ExpiredRestoreTests {
  private let register: ClusterRegister

  /// A register whose first partition got more than the mock cluster keeps, and that nobody ever decided.
  init() throws {
    register = try ClusterRegister(partitions: 2)
    let garbage = String(repeating: String(repeating: "x", count: 60_000) + "\n", count: 20)
    for _ in 0..<6 { try register.cluster.produce(lines: garbage, to: "stay-events", ["-k", "HN-0001", "-p", "0"]) }
  }

  @Test("Restored, its ledger goes on saying what nobody could decide, and so do the restore and every audit")
  func restore() throws {
    let lost = try #require(try register.audit()["lost"] as? Int)
    #expect(lost > 0)
    let folder = register.scratch.file("backup")
    #expect(try register.cluster.run("backup", folder, "--with-keys", data: register.seed).status == 0)
    let other = try ClusterRegister(restoring: register)
    // Run again, it finds all done and says the same.
    for _ in 0..<2 {
      let restored = try other.cluster.run("restore", folder, "--json", data: other.seed)
      let row = try #require(restored.rows.first, "\(restored.errors)")
      let (cluster, audit) = (row["cluster"] as? [String: Any], row["audit"] as? [String: Any])
      #expect(cluster?["expired"] as? Int == lost && cluster?["resets"] as? Int == 1, "\(row)")
      #expect(restored.status == 1 && audit?["lost"] as? Int == lost && audit?["ok"] as? Bool == false, "\(row)")
    }
    let words = try other.cluster.run("restore", folder, data: other.seed)
    #expect(words.output.contains("left the events topic undecided") && words.output.contains("NOT OK"), "\(words.output)")

    let node = try other.cluster.node("validator", data: other.scratch.file("v"), keys: other.seed)
    try other.waitUntilDeciding(node)
    #expect(try Waiting.wait { try other.audit()["undecided"] as? Int == 0 })
    let audit = try other.audit()
    #expect(audit["lost"] as? Int == lost && audit["doubled"] as? Int == 0 && audit["ignored"] as? Int == 0, "\(audit)")
    #expect(node.end().status == 0)
  }
}
