import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("A register of one machine that grows out of it", .onOwnThread)
struct MachineToClusterTests {
  /// What the embedded log has where nobody says otherwise.
  private static let partitions = 64

  @Test("Its backup goes onto a cluster, and the register goes on there with its receipts")
  func move() throws {
    let scratch = try ScratchFolder()
    let (machine, backup, seed) = (scratch.file("machine"), scratch.file("backup"), scratch.file("seed"))
    #expect(try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", machine).status == 1)
    let importing = ["import", sample("citizens.csv"), "--establishment", "HN-0001", "--json", "--data"]
    let receipts = try LodgingProcess.run(importing + [machine]).rows.compactMap { $0["receipt"] as? String }
    #expect(!receipts.isEmpty)
    #expect(try LodgingProcess.run("backup", backup, "--data", machine).status == 0)

    let cluster = try RunningCluster(partitions: Self.partitions)
    let restored = try cluster.run("restore", backup, "--keys", machine + "/keys.json", "--json", data: seed)
    let audit = restored.rows.first?["audit"] as? [String: Any]
    #expect(restored.status == 0 && audit?["ok"] as? Bool == true, "\(restored.output)\(restored.errors)")
    let node = try cluster.node("validator", data: scratch.file("v"), keys: seed)
    #expect(try Waiting.wait { try node.deciding() == Self.partitions })
    let again = try cluster.run("import", sample("citizens.csv"), "--establishment", "HN-0001", "--json", data: seed)
    #expect(again.rows.compactMap { $0["receipt"] as? String } == receipts, "\(again.output)\(again.errors)")
    #expect(try cluster.run("audit", data: seed).status == 0)
    #expect(node.end().status == 0)
  }
}
