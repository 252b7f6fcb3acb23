import Foundation
import LodgingPipeline
import LodgingTesting
import TestThreads
import Testing

/// A register whose ledger has begun on a mock cluster, with a folder for whatever a test keeps beside it.
struct ClusterRegister {
  let partitions: Int
  let scratch: ScratchFolder
  let cluster: RunningCluster
  /// The folder that commands work with; it has the register's own key ring.
  let seed: String

  /// One that is to be restored: empty topics on a cluster of its own, and a folder beside that of another one.
  init(restoring other: ClusterRegister, as name: String = "restored") throws {
    (partitions, scratch) = (other.partitions, other.scratch)
    seed = scratch.file(name)
    cluster = try RunningCluster(partitions: partitions)
  }

  /// Begins one.
  init(partitions: Int) throws {
    self.partitions = partitions
    scratch = try ScratchFolder()
    seed = scratch.file("seed")
    cluster = try RunningCluster(partitions: partitions)
    let created = try cluster.run("topics", "create", "--partitions", "\(partitions)", "--replication", "1", "--json", data: seed)
    #expect(created.rows.contains { $0["what"] as? String == "begun" }, "\(created.output)\(created.errors)")
  }

  /// Waits until these nodes decide all partitions between them.
  func waitUntilDeciding(_ nodes: RunningNode...) throws {
    guard try !Waiting.wait(until: { try nodes.reduce(0) { $0 + (try $1.deciding()) } == partitions }) else { return }
    throw RunningNode.InVain(report: "\(try nodes.map { try $0.deciding() })", errors: nodes.map { $0.end(SIGKILL).errors }.joined())
  }

  /// Opens the establishments of the samples.
  func openEstablishments() throws {
    let outcome = try cluster.run("establishments", "load", sample("establishments.csv"), "--json", data: seed)
    // One row of the samples is wrong on purpose.
    #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
  }

  /// Imports cards of guests, and returns how each row came out.
  func importGuests(_ numbers: Range<Int>, to establishment: String) throws -> [String] {
    try importRows(numbers, to: establishment).compactMap { $0["outcome"] as? String }
  }

  /// Imports cards of guests, and returns what is said of each row.
  func importRows(_ numbers: Range<Int>, to establishment: String) throws -> [[String: Any]] {
    let outcome = try cluster.run(importing(numbers, to: establishment), data: seed)
    #expect(outcome.rows.count == numbers.count, "\(outcome.output.prefix(500))\(outcome.errors)")
    return outcome.rows
  }

  /// A command that imports cards of guests.
  func importing(_ numbers: Range<Int>, to establishment: String) throws -> [String] {
    let lines = numbers.map { "0010900\(String(format: "%05d", $0))||Nguyễn Văn Mẫu|01011990|Nam|Số 1, Hà Nội|01012022" }
    let file = scratch.file("cards-\(numbers.lowerBound).txt")
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
    return ["import", file, "--establishment", establishment, "--format", "qr", "--json"]
  }

  /// What the audit says.
  func audit() throws -> [String: Any] {
    let outcome = try cluster.run("audit", "--json", data: seed)
    return try #require(outcome.rows.first, "\(outcome.errors)")
  }

  /// The partition of an establishment.
  func partition(of establishment: String) -> Int {
    Array(establishment.utf8).withUnsafeBytes { Partitioner.partition(of: $0, among: partitions) }
  }
}

extension RunningNode {
  /// The sum of a metric's series that have these labels; 0 where there is none.
  func metric(_ name: String, _ labels: [String: String] = [:]) throws -> Double {
    let families = try ExpositionReader(try http.ask("GET", "/metrics").text).families
    let samples = families[name]?.samples ?? []
    return samples.filter { sample in labels.allSatisfy { sample.labels[$0.key] == $0.value } }.reduce(0) { $0 + $1.value }
  }
}
