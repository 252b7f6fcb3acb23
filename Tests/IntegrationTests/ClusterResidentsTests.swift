import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("Residents on a cluster", .onOwnThread, .serialized)
struct ClusterResidentsTests {
  private func codes(_ report: [String: Any], _ name: String) -> [String] {
    (report[name] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
  }

  @Test("Whoever lacks the residents that others have decides nothing and says why, until they are loaded; older ones are a warning")
  func nodeByNode() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, scratch) = (register.cluster, register.scratch)
    let refused = try cluster.run("residents", "change", sample("residents.csv"), data: register.seed)
    #expect(refused.status == 2 && refused.errors.contains("lodging residents load"), "\(refused.output)\(refused.errors)")

    // With one validator each, both have a partition.
    let nodes = try ["a", "b"].map {
      try cluster.node("validator", data: scratch.file($0), keys: register.seed, "--validator-threads", "1")
    }
    for node in nodes { try node.waitUntilDeciding() }
    // Two rows of the sample are wrong on purpose.
    let loaded = try cluster.run("residents", "load", sample("residents.csv"), data: scratch.file("a"))
    #expect(loaded.status == 1 && loaded.errors.contains("--data"), "\(loaded.errors)")
    try nodes[1].waitUntil { isReady, report in !isReady && codes(report, "reasons") == ["residents-missing"] }
    try register.waitUntilDeciding(nodes[0])
    #expect(try nodes[1].deciding() == 0)
    try register.openEstablishments()

    // Here and elsewhere a change is of the directory that the validators have, also where this folder has none itself.
    let changed = try cluster.run("residents", "change", sample("residents.csv"), data: register.seed)
    #expect(changed.status == 1, "\(changed.errors)")
    let deleted = try cluster.run("residents", "delete", "001190000001", data: register.seed)
    #expect(deleted.status == 2 && deleted.errors.contains("holds no residents"), "\(deleted.errors)")

    #expect(try cluster.run("residents", "load", sample("residents.csv"), data: scratch.file("b")).status == 1)
    try nodes[1].waitUntil { isReady, report in isReady && codes(report, "warnings").isEmpty }
    for node in nodes { try node.waitUntilDeciding() }

    let more = scratch.file("more.csv")
    let header = "number,full_name,birth_date,sex,status,document_number,document_expiry\n"
    try Data((header + "001190000077,Nguyễn Thị Mẫu,1990-01-01,F,alive,,\n").utf8).write(to: URL(fileURLWithPath: more))
    #expect(try cluster.run("residents", "load", more, data: scratch.file("a")).status == 0)
    try nodes[1].waitUntil { isReady, report in isReady && codes(report, "warnings") == ["residents-older"] }
    #expect(try cluster.run("residents", "load", more, data: scratch.file("b")).status == 0)
    try nodes[1].waitUntil { _, report in codes(report, "warnings").isEmpty }
    for node in nodes { try node.waitUntilDeciding() }
    let told = nodes[1].end().errors
    #expect(told.contains("decides nothing") && told.contains("residents are here"), "\(told)")
    #expect(nodes[0].end().status == 0)
    #expect(try register.audit()["ok"] as? Bool == true)
  }
}
