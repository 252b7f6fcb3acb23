import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("What is the matter with a node of a cluster", .onOwnThread, .serialized)
struct NodeConditionTests {
  private func codes(_ report: [String: Any], _ name: String) -> [String] {
    (report[name] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
  }

  @Test("Rights of the key ring and brokers that go are told under /health/ready, and once when they are mended")
  func conditions() throws {
    let register = try ClusterRegister(partitions: 2)
    let node = try register.cluster.node("validator", data: register.scratch.file("v"), keys: register.seed)
    try register.waitUntilDeciding(node)
    let keys = register.scratch.file("v/keys.json")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: keys)
    try node.waitUntil { isReady, report in isReady && codes(report, "warnings") == ["keys-unreadable"] }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys)
    try node.waitUntil { isReady, report in isReady && codes(report, "warnings").isEmpty }

    try register.cluster.setBroker(up: false)
    try node.waitUntil { isReady, report in !isReady && codes(report, "reasons").contains("brokers-unreachable") }
    try register.cluster.setBroker(up: true)
    try node.waitUntil { isReady, _ in isReady }
    try register.waitUntilDeciding(node)
    let told = node.end().errors
    for words in ["the key ring can be read again", "None of the cluster's brokers can be reached", "brokers can be reached again"] {
      #expect(told.components(separatedBy: words).count == 2, "\(words): \(told)")
    }
    #expect(told.contains("v is a new folder of this node"))
  }
}
