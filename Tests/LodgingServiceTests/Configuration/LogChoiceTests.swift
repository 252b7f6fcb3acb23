import Foundation
import LodgingKafka
import LodgingPipeline
import LodgingService
import Logging
import Testing

@Suite("Which log a configuration names, and how its cluster is reached")
struct LogChoiceTests {
  private let path = NSTemporaryDirectory() + "lodging-kafka-" + String(UInt64.random(in: 0 ... .max), radix: 36)

  private func log(_ arguments: [String], _ environment: [String: String] = [:]) throws -> NodeLog {
    try NodeLog(NodeConfiguration(arguments: arguments, environment: environment))
  }

  /// Writes a file with librdkafka's settings for as long as `body` lasts, and hands on what is chosen with it.
  private func withSettings(
    _ text: String, mode: Int = 0o600, _ environment: [String: String] = [:], _ body: (() throws -> KafkaLogConfiguration) throws -> Void
  ) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let environment = environment.merging(["LODGING_KAFKA_SETTINGS": path]) { $1 }
    try body {
      let choice = try LogChoice(log(["--log", "kafka://a:9092,b:9092"], environment), logger: Logger(label: "test"))
      guard case .kafka(let configuration) = choice else { throw CancellationError() }
      return configuration
    }
  }

  @Test(
    "A cluster is named by its brokers",
    arguments: [
      ("kafka://a:9092", "a:9092"), ("kafka://a:1,b.c:65535,10.0.0.1:9092", "a:1,b.c:65535,10.0.0.1:9092"),
      ("kafka://[::1]:9092", "[::1]:9092"),
      ("kafka://", nil), ("kafka://a", nil), ("kafka://a:0", nil), ("kafka://a:65536", nil), ("kafka://a:9092,", nil),
      ("kafka://:9092", nil), ("memory", nil),
      ("kafka://user:secret@a:9092", nil), ("kafka://a:9092/topic", nil), ("a:9092", nil), ("KAFKA://a:9092", nil), ("kafka://a b:1", nil),
    ] as [(String, String?)])
  func urls(text: String, servers: String?) throws {
    guard let servers else {
      #expect(throws: ConfigurationError.self) { try log(["--log", text]) }
      return
    }
    guard case .kafka(let settings) = try log(["--log", text]) else {
      Issue.record("no cluster")
      return
    }
    #expect(settings.servers == servers)
  }

  @Test("A node's name is that of its group's members, with a number for each; without one they have none")
  func instance() throws {
    func name(_ arguments: [String]) throws -> String? {
      let choice = try LogChoice(log(["--log", "kafka://a:9092"] + arguments), logger: Logger(label: "test"))
      return choice.rows.first { $0.key == "librdkafka.member.group.instance.id" }?.value
    }
    #expect(try name(["--kafka-instance-id", "node-1"]) == "node-1")
    #expect(try name([]) == nil)
    #expect(throws: ConfigurationError.self) { try log(["--kafka-instance-id", "node-1"]) }
  }

  @Test("TLS, mutual TLS and logins are librdkafka's settings in a file; passwords may come from the environment alone")
  func security() throws {
    let text = "security.protocol=sasl_ssl\nssl.ca.location=/ca.pem\nsasl.mechanism=SCRAM-SHA-512\nsasl.username=acme\n"
    let environment = [
      "LODGING_KAFKA_PREFIX": "stays", "LODGING_KAFKA_SASL_PASSWORD": "hunter2", "LODGING_KAFKA_TLS_KEY_PASSWORD": "hunter3",
    ]
    try withSettings(text, mode: 0o644, environment) { choose throws in
      let configuration = try choose()
      #expect(configuration.bootstrapServers == "a:9092,b:9092")
      #expect(configuration.name(of: .events) == "stays.stay-events.v1")
      #expect(configuration.settings["sasl.username"] == "acme" && configuration.settings["sasl.password"] == "hunter2")
      #expect(configuration.settings["ssl.key.password"] == "hunter3")
      let rows = LogChoice.kafka(configuration).rows
      #expect(rows.first { $0.key == "librdkafka.producer.acks" }?.value == "all")
      #expect(rows.first { $0.key == "librdkafka.reader.sasl.password" }?.value == "********")
      #expect(!"\(rows)".contains("hunter"))
    }
  }

  @Test("A file with a secret that others may read is refused, and no error shows what is in a file")
  func secrets() throws {
    try withSettings("sasl.password=hunter2\n", mode: 0o640) { choose throws in
      let error = try #require(throws: ConfigurationError.self) { try choose() }
      #expect(error.description.contains("chmod 600") && error.description.contains("sasl.password"))
      #expect(!error.description.contains("hunter2"))
    }
    let login = "security.protocol=sasl_ssl\nsasl.mechanism=PLAIN\nsasl.password=hunter2\n"
    try withSettings(login) { choose throws in #expect(try choose().settings["sasl.password"] == "hunter2") }
    try withSettings("hunter2\n") { choose throws in
      let error = try #require(throws: ConfigurationError.self) { try choose() }
      #expect(!error.isUnreadable && error.description.contains("line 1") && !error.description.contains("hunter2"))
    }
    try withSettings("") { choose throws in
      try FileManager.default.removeItem(atPath: path)
      #expect(try #require(throws: ConfigurationError.self) { try choose() }.isUnreadable)
    }
  }

  @Test(
    "A line that is no setting, or whose value librdkafka does not take, is wrong usage: file and line are named, and no value",
    arguments: [
      ("\n# a remark\nacks=hunter2\n", "line 3", "acks"), ("acks=all\nfoo.bar=hunter2", "line 2", "foo.bar"),
      ("sasl.password hunter2\n", "line 1", "name=value"), ("hunter2 = hunter2=\n", "line 1", "no setting"),
      ("session.timeout.ms=hunter2\n", "line 1", "session.timeout.ms"),
    ])
  func badLines(text: String, line: String, what: String) throws {
    try withSettings(text) { choose throws in
      let error = try #require(throws: ConfigurationError.self) { try choose() }
      #expect(!error.isUnreadable)
      for words in [path, line, what] { #expect(error.description.contains(words), "\(error)") }
      #expect(!error.description.contains("hunter2"), "\(error)")
    }
  }

  @Test(
    "A password, or what can be made one of, goes over no connection that everybody can read, whatever names it and however it is written",
    arguments: [
      ("security.protocol=sasl_plaintext\nsasl.mechanism=PLAIN", false), ("security.protocol=SASL_PLAINTEXT\nsasl.mechanisms=PLAIN", false),
      ("security.protocol=sasl_plaintext\nsasl.mechanism=SCRAM-SHA-256", false),
      ("security.protocol=sasl_plaintext\nsasl.mechanism=SCRAM-SHA-512", false),
      ("security.protocol=sasl_plaintext\nsasl.mechanism=OAUTHBEARER", false), ("sasl.mechanism=SCRAM-SHA-512", false),
      ("security.protocol=ssl\nsasl.mechanism=PLAIN", false), ("security.protocol=plaintext\nsasl.username=acme", false), ("", false),
      ("security.protocol=sasl_ssl\nsasl.mechanism=PLAIN\nenable.ssl.certificate.verification=false", false),
      ("security.protocol=sasl_ssl\nsasl.mechanism=PLAIN\nenable.ssl.certificate.verification=f", false),
      ("security.protocol=sasl_ssl\nsasl.mechanism=PLAIN\nssl.endpoint.identification.algorithm=none", false),
      ("security.protocol=sasl_ssl\nsasl.mechanism=PLAIN", true), ("security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512", true),
    ])
  func passwordInTheOpen(text: String, isTaken: Bool) throws {
    try withSettings(text + "\nsasl.username=acme\n", ["LODGING_KAFKA_SASL_PASSWORD": "hunter2"]) { choose throws in
      guard !isTaken else {
        #expect(try choose().settings["sasl.password"] == "hunter2")
        return
      }
      let error = try #require(throws: ConfigurationError.self) { try choose() }
      #expect(error.description.contains("sasl_ssl") && !error.description.contains("hunter2"), "\(error)")
    }
  }

  @Test(
    "A file that would lower the guarantee is refused, by the setting's name and what it must be",
    arguments: ["acks=1", "auto.offset.reset=latest"])
  func lowered(line: String) throws {
    try withSettings("session.timeout.ms=10000\n\(line)\n") { choose throws in
      let error = try #require(throws: ConfigurationError.self) { try choose() }
      #expect(!error.isUnreadable && error.description.contains("kafka.settings: \(line)"), "\(error)")
    }
  }

  @Test("Without a login nothing is asked of the connection", arguments: ["", "security.protocol=plaintext\n", "security.protocol=ssl\n"])
  func noLogin(text: String) throws {
    try withSettings(text) { choose throws in #expect(try choose().settings["sasl.password"] == nil) }
  }

  @Test("The embedded log has no settings of a cluster")
  func embedded() throws {
    #expect(try LogChoice(log([]), logger: Logger(label: "test")).rows.isEmpty)
    #expect(throws: ConfigurationError.self) { try log([], ["LODGING_KAFKA_PREFIX": "stays"]) }
  }
}
