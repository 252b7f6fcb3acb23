import Foundation
import LodgingDomain
import LodgingTesting
import LodgingWire
import TestThreads
import Testing

@Suite("What others write to a cluster's topics", .onOwnThread, .serialized)
struct StrayRecordTests {
  @Test("What is no event becomes an entry of its own, whatever it is, and every event behind it is decided")
  func strayRecords() throws {
    let register = try ClusterRegister(partitions: 2)
    let (cluster, scratch) = (register.cluster, register.scratch)
    let node = try cluster.node("validator", data: scratch.file("v"), keys: register.seed)
    try register.waitUntilDeciding(node)
    try register.openEstablishments()

    let name = "HN-0001"
    let large = ["-X", "partitioner=murmur2_random", "-X", "message.max.bytes=2000000"]
    let cloudEvent = #"{"specversion":"1.0","type":"check-in","source":"HN-0001","id":"1","datacontenttype":"application/json","data":{}}"#
    // kcat takes a line for a record: nothing between key and end is empty, and with -Z none at all.
    try cluster.produce(lines: "\(name)!\n", to: "stay-events", large + ["-K", "!", "-Z"])
    try cluster.produce(lines: "\(name)!\n", to: "stay-events", large + ["-K", "!"])
    try cluster.produce(random(64 * 1024), key: name, to: "stay-events", large)
    try cluster.produce(random(1_000_000), key: name, to: "stay-events", large)
    try cluster.produce(Array(cloudEvent.utf8), key: name, to: "stay-events", large)
    try cluster.produce([0, 0, 0, 0, 42, 0] + (try checkOut(of: name)), key: name, to: "stay-events", large)
    let other = "\((register.partition(of: name) + 1) % register.partitions)"
    try cluster.produce(try checkOut(of: name), key: name, to: "stay-events", ["-p", other])

    // The events behind them, and those of the other partition.
    #expect(try register.importGuests(0..<5, to: name).allSatisfy { $0 == "accepted" || $0 == "flagged" })
    #expect(try register.importGuests(100..<105, to: "HN-0002").count == 5)
    let quarantine = try cluster.run("quarantine", "list", "--json", data: register.seed)
    let rows = quarantine.rows.map { "\($0["code"] as? String ?? "") \($0["size"] as? Int ?? -1)" }
    #expect(
      Set(rows.filter { !$0.hasPrefix("event.wrong-partition") }) == [
        "event.undecodable 0", "event.undecodable 65536", "event.too-large 1000000", "event.undecodable \(cloudEvent.utf8.count)",
      ], "\(quarantine.output)\(quarantine.errors)")
    #expect(rows.count == 6)
    #expect(try node.metric("lodging_validator_decided_total", ["outcome": "undecodable"]) == 6)
    // The event in Confluent's frame is decided as any other: the stay is not known.
    #expect(try node.metric("lodging_validator_decided_total", ["outcome": "rejected"]) == 1)
    let audit = try register.audit()
    #expect(audit["ok"] as? Bool == true && audit["events"] as? Int == audit["decided"] as? Int, "\(audit)")
    #expect(node.end().status == 0)
  }

  @Test("A ledger that is empty, and one that was begun over more partitions, are refused with what to do")
  func refusedLedgers() throws {
    let register = try ClusterRegister(partitions: 3)
    let fresh = try RunningCluster(partitions: 2)
    let folder = register.scratch.file("elsewhere")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: register.seed + "/keys.json", toPath: folder + "/keys.json")
    let empty = try fresh.run("run", "--role", "validator", data: folder)
    #expect(empty.status == 2 && empty.errors.contains("genesis") && empty.errors.contains("lodging topics create"), "\(empty.errors)")

    // The same ledger on a topic that somebody made anew with fewer partitions.
    for partition in 0..<2 {
      let genesis = try register.cluster.fetchFirst(of: "stay-ledger", partition: partition)
      try fresh.produce(genesis, key: "", to: "stay-ledger", ["-p", "\(partition)"])
    }
    for arguments in [["run", "--role", "validator"], ["audit"], ["establishments", "list"]] {
      let fewer = try fresh.run(arguments, data: folder)
      #expect(fewer.status == 2, "\(arguments): \(fewer.output)")
      #expect(fewer.errors.contains("partitions") && fewer.errors.contains("lodging.stay-"), "\(fewer.errors)")
    }
  }

  @Test("Retention is the topic's on a cluster: the command says what to set instead")
  func retention() throws {
    let register = try ClusterRegister(partitions: 2)
    for arguments in [["show"], ["set", "7"], ["apply"]] {
      let outcome = try register.cluster.run(["retention"] + arguments, data: register.seed)
      #expect(outcome.status == 2, "\(outcome.output)")
      #expect(outcome.errors.contains("retention.ms") && outcome.errors.contains("lodging.stay-events.v1"), "\(outcome.errors)")
    }
  }

  private func random(_ count: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: 7)
    // The first byte begins no field of an event and no frame.
    return [0xFF] + (1..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// The bytes of a check-out of a stay that there is not.
  private func checkOut(of establishment: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    let event = StayEvent(
      id: EventID(high: 1, low: 1), establishment: try EstablishmentID(establishment), happened: now, captured: now, received: now,
      channel: .api, body: .checkOut(stay: EventID(high: 9, low: 9)))
    try WireEvent.encode(event, into: &bytes)
    return bytes
  }
}
