import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("A running node as a process", .onProcessThread)
struct RunTests {
  private let scratch: ScratchFolder
  private let data: String

  init() throws {
    scratch = try ScratchFolder()
    data = scratch.file("data")
  }

  /// Loads the samples' establishments, beside a running node or without one.
  private func loadEstablishments() throws {
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", data)
  }

  private func node(_ arguments: String...) throws -> RunningNode { try RunningNode(arguments, data: data) }

  @Test("A new node says where it listens, becomes ready, counts, and ends in order when it is asked to")
  func life() throws {
    let node = try node()
    #expect(node.firstLine == #"{"ready":true,"http":"http://127.0.0.1:\#(node.http.port)"}"#)
    #expect(try node.http.ask("GET", "/health/live").status == 200)
    try node.waitUntilReady()
    try node.waitUntilDeciding()
    let report = try node.object("/health/ready")
    #expect(report["role"] as? String == "all")
    #expect((report["deciding"] as? [String: Int])?["owned"] == 64)
    #expect((report["folding"] as? [String: Any])?["partitions_behind"] as? Int == 0)
    let metrics = try node.http.ask("GET", "/metrics")
    #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(metrics.text.contains("lodging_node_info{log=\"embedded\",role=\"all\"} 1\n"))
    #expect(metrics.text.contains("lodging_undecided_records{partition=\"63\"} 0\n"))
    let end = node.end()
    #expect(end.status == 0 && end.reason == .exit)
    #expect(!end.errors.contains("did not end in time"))
    #expect(try LodgingProcess.run("audit", "--data", data).status == 0)
  }

  @Test("What a node answers is what the commands print")
  func answers() throws {
    let node = try node()
    try loadEstablishments()
    let rows = try LodgingProcess.run("import", sample("qr.txt"), "--establishment", "HN-0001", "--json", "--data", data).rows
    let id = try #require(rows.compactMap { $0["receipt"] as? String }.first)
    try node.waitUntilReady()
    let receipt = try node.http.ask("GET", "/v1/receipts/\(id)")
    let printed = try LodgingProcess.run("receipt", id, "--json", "--data", data)
    #expect(receipt.status == 200 && receipt.text + "\n" == printed.output)
    // The receipt names a position: an answer that holds it holds the stay.
    let position = try #require(receipt.object["ledger"] as? String)
    #expect(try node.object("/v1/units/e:HN-0001/occupancy?position=\(position)")["guests"] as? Int ?? 0 > 0)
    for unit in ["VN", "01", "00070", "e:HN-0001"] {
      let command = try LodgingProcess.run("occupancy", unit, "--json", "--data", data)
      let version = try #require(command.rows.first?["version"] as? String)
      let answer = try node.http.ask("GET", "/v1/units/\(unit)/occupancy?position=\(version)")
      // A tick may have come in between.
      if answer.headers["lodging-version"] == version {
        // The command also says how far it is behind.
        let behind = ["lag_seconds", "waiting", "undecided", "unfolded", "note"]
        let printed = command.rows[0].filter { !behind.contains($0.key) } as NSDictionary
        #expect(printed == answer.object as NSDictionary)
      }
      #expect(answer.object["unit"] as? String == unit)
    }
    let alerts = try LodgingProcess.run("alerts", "--json", "--data", data).rows as NSArray
    let answered = try node.object("/v1/alerts?limit=1000")["alerts"] as? NSArray
    #expect(answered == alerts)
    let codes = try LodgingProcess.run("catalogue", "--json", "--data", data).rows as NSArray
    let catalogue = try node.object("/v1/catalogue")["codes"] as? NSArray
    #expect(catalogue == codes)
    let keys = try LodgingProcess.run("receipt", "jwks", "--data", data).output
    #expect(try node.http.ask("GET", "/.well-known/jwks.json").text + "\n" == keys)
  }

  @Test("Pages of alerts put together are the whole list")
  func pages() throws {
    _ = try LodgingProcess.run("residents", "load", sample("residents.csv"), "--data", data)
    try loadEstablishments()
    let node = try node()
    _ = try LodgingProcess.run("import", sample("citizens.csv"), "--establishment", "HN-0001", "--data", data)
    try node.waitUntilReady()
    let all = try #require(try node.object("/v1/alerts")["alerts"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    #expect(all.count > 2)
    var paged: [String] = []
    var next: String? = ""
    while let cursor = next {
      let page = try node.object("/v1/alerts?limit=2" + (cursor.isEmpty ? "" : "&after=\(cursor)"))
      paged += (page["alerts"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
      next = page["next"] as? String
    }
    #expect(paged == all)
  }

  @Test("A second node on the same folder answers, and takes over when the first one ends or is killed", arguments: [SIGTERM, SIGKILL])
  func takeover(signal: Int32) throws {
    let first = try node()
    try first.waitUntilReady()
    try first.waitUntilDeciding()
    let second = try node()
    try second.waitUntilReady()
    let ready = try second.object("/health/ready")
    #expect((ready["deciding"] as? [String: Int])?["owned"] == 0)
    #expect((ready["warnings"] as? [[String: String]])?.map { $0["code"] } == ["no-partition"], "\(ready)")
    try loadEstablishments()
    let version = try #require(try first.object("/v1/units/VN/occupancy")["version"] as? String)
    let answer = try second.http.ask("GET", "/v1/units/e:HN-0001/occupancy?position=\(version)", headers: ["Prefer": "wait=10"])
    #expect(answer.status == 200 && (answer.object["capacity"] as? [String: Int])?["beds"] ?? 0 > 0)
    _ = first.end(signal)
    try second.waitUntilDeciding()
    let rows = try LodgingProcess.run("import", sample("qr.txt"), "--establishment", "HN-0001", "--json", "--data", data).rows
    #expect(rows.contains { $0["receipt"] is String })
    #expect(second.end().status == 0)
    #expect(try LodgingProcess.run("audit", "--data", data).status == 0)
  }

  @Test("Each role does its part and no other")
  func roles() throws {
    let gateway = try node("--role", "gateway")
    try gateway.waitUntilReady()
    #expect(try gateway.object("/health/ready")["deciding"] == nil)
    #expect(try gateway.http.ask("GET", "/v1/alerts").status == 200)
    let validator = try node("--role", "validator")
    try validator.waitUntilDeciding()
    #expect(try validator.http.ask("GET", "/health/ready").status == 200)
    #expect(try validator.http.ask("GET", "/v1/alerts").status == 404)
    #expect(try validator.object("/health/ready")["folding"] == nil)
    let projections = try node("--role", "projections")
    try projections.waitUntilReady()
    #expect(try projections.http.ask("GET", "/v1/alerts").status == 404)
    try loadEstablishments()
    let version = try #require(
      try LodgingProcess.run("occupancy", "VN", "--json", "--data", data).rows.first?["version"] as? String)
    #expect(try gateway.http.ask("GET", "/v1/alerts?position=\(version)").status == 200)
  }

  @Test(
    "What cannot be run is refused with words and exit code 64",
    arguments: [
      (["--role", "ingress"], "kafka://"), (["--role", "king"], "validator"), (["--listen", "0.0.0.0:0"], "http.allow-remote"),
      (["--lisen", "127.0.0.1:0"], "--listen"), (["--log", "kafka:127.0.0.1:9092"], "embedded"),
      (["--kafka-sasl-password", "x"], "LODGING_KAFKA_SASL_PASSWORD"),
    ])
  func refused(arguments: [String], hint: String) throws {
    let outcome = try LodgingProcess.run(["run", "--data", data] + arguments)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(hint))
  }

  @Test("An address that is taken is refused with exit code 2")
  func taken() throws {
    let node = try node()
    let outcome = try LodgingProcess.run("run", "--data", scratch.file("other"), "--listen", "127.0.0.1:\(node.http.port)")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("cannot listen on 127.0.0.1:\(node.http.port)"))
  }

  @Test("The configuration is printed and nothing is started")
  func printed() throws {
    let outcome = try LodgingProcess.run("run", "--data", data, "--http-queries-max", "7", "--print-configuration", "--json")
    #expect(outcome.status == 0)
    let row = try #require(outcome.rows.first { $0["key"] as? String == "http.queries-max" })
    #expect(row["value"] as? String == "7" && row["from"] as? String == "--http-queries-max on the command line")
    #expect(!FileManager.default.fileExists(atPath: data))
    #expect(try LodgingProcess.run("run", "--help").output.contains("LODGING_KAFKA_SASL_PASSWORD"))
  }

  @Test("Logs are JSON where that is asked for, with each request's trace, and the sandbox is kept apart from real registers")
  func logs() throws {
    let node = try node("--log-format", "json", "--log-level", "debug", "--sandbox")
    try node.waitUntilReady()
    _ = try node.http.ask("GET", "/v1/alerts", headers: ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
    let lines = node.end().errors.split(separator: "\n").map(String.init)
    let objects = lines.compactMap { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] }
    #expect(objects.count == lines.count && objects.allSatisfy { $0["level"] is String && $0["time"] is String && $0["message"] is String })
    let request = objects.first { ($0["metadata"] as? [String: Any])?["route"] as? String == "/v1/alerts" }
    #expect((request?["metadata"] as? [String: Any])?["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
    #expect(try LodgingProcess.run("run", "--data", data).errors.contains("--sandbox"))
  }
}
