import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import TestThreads
import Testing

@Suite("Nodes of a cluster as processes", .onOwnThread, .serialized)
struct ClusterRunTests {
  private static let partitions = 6
  private let scratch: ScratchFolder
  private let seed: String

  init() throws {
    scratch = try ScratchFolder()
    seed = scratch.file("seed")
  }

  /// A cluster whose ledger has begun.
  private func makeCluster() throws -> RunningCluster {
    let cluster = try RunningCluster(partitions: Self.partitions)
    let created = try cluster.run(
      "topics", "create", "--partitions", "\(Self.partitions)", "--replication", "1", "--json", data: seed)
    #expect(created.rows.contains { $0["what"] as? String == "begun" }, "\(created.output)\(created.errors)")
    return cluster
  }

  private func waitUntilDeciding(_ nodes: [RunningNode]) throws {
    guard try !Waiting.wait(until: { try nodes.reduce(0) { $0 + (try $1.deciding()) } == Self.partitions }) else { return }
    throw RunningNode.InVain(report: "\(try nodes.map { try $0.deciding() })", errors: nodes.map { $0.end(SIGKILL).errors }.joined())
  }

  /// Imports cards of guests nobody has seen before, and returns how many rows were registered.
  private func importGuests(_ numbers: Range<Int>, on cluster: RunningCluster) throws -> Int {
    let lines = numbers.map { "0010900\(String(format: "%05d", $0))||Nguyễn Văn Mẫu|01011990|Nam|Số 1, Hà Nội|01012022" }
    let file = scratch.file("cards-\(numbers.lowerBound).txt")
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
    let establishment = numbers.lowerBound % 2 == 0 ? "HN-0001" : "HN-0002"
    let outcome = try cluster.run("import", file, "--establishment", establishment, "--format", "qr", "--json", data: seed)
    let registered = outcome.rows.count { $0["receipt"] is String }
    #expect(registered == numbers.count, "\(outcome.output.prefix(500))\(outcome.errors)")
    return registered
  }

  @Test("Three validators go on when one is killed and another sleeps past its session: nothing is lost, nothing is doubled")
  func survival() throws {
    let cluster = try makeCluster()
    let validators = try (1...3).map { try cluster.node("validator", data: scratch.file("v\($0)"), keys: seed) }
    let gateway = try cluster.node("gateway", data: scratch.file("g"), keys: seed)
    try waitUntilDeciding(validators)
    _ = try cluster.run("establishments", "load", sample("establishments.csv"), "--json", data: seed)
    var registered = try importGuests(0..<20, on: cluster)

    _ = validators[0].end(SIGKILL)
    registered += try importGuests(21..<40, on: cluster)
    try waitUntilDeciding(Array(validators[1...]))

    validators[1].pause(true)
    // Longer than the session: the last one must have everything before the sleeper goes on.
    try waitUntilDeciding([validators[2]])
    registered += try importGuests(40..<60, on: cluster)
    validators[1].pause(false)
    registered += try importGuests(61..<80, on: cluster)
    try waitUntilDeciding(Array(validators[1...]))
    registered += try importGuests(80..<100, on: cluster)
    #expect(registered == 98)

    let audit = try cluster.run("audit", "--json", data: seed)
    let found = try #require(audit.rows.first, "\(audit.errors)")
    #expect(audit.status == 0 && found["ok"] as? Bool == true, "\(audit.output)")
    #expect(found["lost"] as? Int == 0 && found["doubled"] as? Int == 0 && found["undecided"] as? Int == 0)
    #expect(found["events"] as? Int == found["decided"] as? Int)

    // A serving node with a folder of its own shows the same register.
    let occupancy = try #require(try cluster.run("occupancy", "VN", "--json", data: seed).rows.first)
    let version = try #require(occupancy["version"] as? String)
    let answer = try gateway.http.ask("GET", "/v1/units/VN/occupancy?position=\(version)", headers: ["Prefer": "wait=10"])
    #expect(answer.status == 200 && answer.object["guests"] as? Int == occupancy["guests"] as? Int)
    #expect(gateway.end().status == 0)
    #expect(validators[1].end().status == 0 && validators[2].end().status == 0)
  }

  /// Keys of another register must neither decide nor write: a chain key of theirs would stop every validator.
  private func refuseForeignKeys(on cluster: RunningCluster) throws {
    let foreign = scratch.file("foreign")
    let made = try LodgingProcess.run(["establishments", "load", sample("establishments.csv"), "--data", foreign])
    #expect(made.status == 1, "one row of the sample is refused: \(made.errors)")
    for command in [["keys", "rotate", "--chain"], ["occupancy", "VN"], ["run", "--role", "validator"], ["run", "--role", "gateway"]] {
      let refused = try cluster.run(command, data: foreign)
      #expect(refused.status == 2 && refused.errors.contains("belongs to another register"), "\(command): \(refused.errors)")
    }
  }

  @Test("One process with every role decides and answers; a node without the register's keys is refused with words")
  func all() throws {
    let cluster = try makeCluster()
    let refused = try cluster.run("run", "--role", "validator", data: scratch.file("empty"))
    #expect(refused.status == 2 && refused.errors.contains("keys.json"))
    try refuseForeignKeys(on: cluster)
    let node = try cluster.node("all", data: scratch.file("all"), keys: seed, "--validator-threads", "2")
    try waitUntilDeciding([node])
    _ = try cluster.run("establishments", "load", sample("establishments.csv"), data: seed)
    _ = try importGuests(0..<10, on: cluster)
    try node.waitUntilReady()
    #expect(try node.http.ask("GET", "/metrics").text.contains("lodging_node_info{log=\"kafka\",role=\"all\"} 1\n"))
    #expect(try node.object("/v1/units/e:HN-0001/occupancy")["guests"] as? Int ?? 0 > 0)
    #expect(node.end().status == 0)
    #expect(try cluster.run("audit", data: seed).status == 0)
  }

  @Test("A chain's producer reports for its own establishments; a forged one and a wrong partition are refused and told")
  func ingress() throws {
    let cluster = try RunningCluster(partitions: Self.partitions, chains: ["acme"])
    _ = try cluster.run("topics", "create", "--partitions", "\(Self.partitions)", "--replication", "1", "--chain", "acme", data: seed)
    let chains = scratch.file("chains.json")
    try Data(#"{"acme": ["HN-0001"]}"#.utf8).write(to: URL(fileURLWithPath: chains))
    let validator = try cluster.node("validator", data: scratch.file("v"), keys: seed)
    let ingress = try cluster.node("ingress", data: scratch.file("i"), keys: seed, "--ingress-chains", chains)
    try waitUntilDeciding([validator])
    _ = try cluster.run("establishments", "load", sample("establishments.csv"), data: seed)

    // kcat with the partitioner of Java clients, and with its own.
    let own = try event("HN-0001", "1")
    try cluster.produce(own, key: "HN-0001", to: "stay-ingress.acme", "-X", "partitioner=murmur2_random")
    try cluster.produce(try event("HN-0002", "2"), key: "HN-0002", to: "stay-ingress.acme", "-X", "partitioner=murmur2_random")
    let home = Self.partition(of: "HN-0001")
    try cluster.produce(own, key: "HN-0001", to: "stay-ingress.acme", "-p", "\((home + 1) % Self.partitions)")
    let refusals = try cluster.consume("stay-refusals.acme", count: 2)
    #expect(Set(refusals.compactMap { $0["code"] as? String }) == ["access.forbidden", "event.wrong-partition"])
    #expect(
      try Waiting.wait {
        try ingress.http.ask("GET", "/metrics").text.contains("lodging_ingress_records_total{chain=\"acme\",outcome=\"moved\"} 1\n")
      })
    #expect(try cluster.run("rebuild", data: seed).status == 0)
    let audit = try #require(try cluster.run("audit", "--json", data: seed).rows.first)
    #expect(audit["ok"] as? Bool == true && audit["events"] as? Int == 1 && audit["decided"] as? Int == 1)
    #expect(ingress.end().status == 0)
  }

  /// The bytes of a check-out of a stay that there is not; whatever becomes of it, it is an event.
  private func event(_ establishment: String, _ id: Character) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let event = StayEvent(
      id: EventID(high: 0, low: UInt64(id.asciiValue ?? 0)), establishment: try EstablishmentID(establishment), happened: now,
      captured: now, received: now, channel: .api, body: .checkOut(stay: EventID(high: 9, low: 9)))
    try WireEvent.encode(event, into: &bytes)
    return bytes
  }

  private static func partition(of key: String) -> Int {
    Array(key.utf8).withUnsafeBytes { Partitioner.partition(of: $0, among: partitions) }
  }
}
