import KafkaClient
import KafkaMock
import Testing

struct KafkaConfigurationTests {
  /// A client that librdkafka makes of settings, without reaching anybody.
  private func refusal(of settings: [String: String]) -> KafkaError? {
    let base = KafkaConfiguration.reader(bootstrapServers: "127.0.0.1:1").settings
    do {
      _ = try KafkaConnection(KafkaConfiguration(base.merging(settings) { $1 })) { _ in }
      return nil
    } catch {
      return error
    }
  }

  @Test("The presets hold what keeps records, order and bounds")
  func presets() {
    let producer = KafkaConfiguration.producer(bootstrapServers: "a:1,b:2").settings
    #expect(producer["bootstrap.servers"] == "a:1,b:2")
    #expect(producer["acks"] == "all")
    #expect(producer["enable.idempotence"] == "true")
    #expect(producer["partitioner"] == "murmur2_random")
    // Longer than the 30 s after which a leader gives up a replica that is behind: what waits for that one is then taken, not given up too.
    #expect(producer["message.timeout.ms"] == "45000")
    #expect(producer["queue.buffering.max.kbytes"] == "65536")
    let member = KafkaConfiguration.member(of: "g", bootstrapServers: "a:1").settings
    #expect(member["group.id"] == "g")
    #expect(member["enable.auto.commit"] == "false")
    #expect(member["partition.assignment.strategy"] == "range")
    for preset in [KafkaConfiguration.reader(bootstrapServers: "a:1").settings, member] {
      #expect(preset["auto.offset.reset"] == "error")
      #expect(preset["allow.auto.create.topics"] == "false")
    }
  }

  @Test("A text of settings is read as Kafka's tools read it")
  func properties() throws {
    let text = "# a comment\n\nacks=all\n  sasl.password =  a = b \r\nlinger.ms=1\nlinger.ms=2\nclient.rack=\n"
    let expected = ["acks": "all", "sasl.password": "a = b", "linger.ms": "2", "client.rack": ""]
    #expect(try KafkaConfiguration(properties: text).settings == expected)
    #expect(try KafkaConfiguration(properties: "").settings.isEmpty)
  }

  @Test("A line that is no setting is named by its number and never by its content", arguments: ["hunter2", "=hunter2"])
  func badProperties(line: String) {
    let error = #expect(throws: KafkaError.self) { try KafkaConfiguration(properties: "acks=all\n\(line)") }
    #expect(error?.code == .invalidArgument)
    #expect(error?.reason.contains("line 2") == true)
    #expect(error?.reason.contains("hunter2") == false)
  }

  @Test("Secrets are masked wherever a configuration is shown")
  func masking() throws {
    let shownToAll = ["sasl.username": "validator-1", "ssl.key.location": "/k.pem"]
    var configuration = KafkaConfiguration(shownToAll)
    let secrets = [
      "sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret", "ssl.key.pem",
      "sasl.oauthbearer.config",
    ]
    for name in secrets { configuration.settings[name] = "hunter2" }
    var shown = "\(configuration) \(String(reflecting: configuration))"
    dump(configuration, to: &shown)
    #expect(!shown.contains("hunter2"))
    #expect(shown.contains("sasl.username=validator-1"))
    #expect(configuration.masked["sasl.password"] == "********")
    #expect(configuration.masked["ssl.key.location"] == "/k.pem")
  }

  @Test(
    "Each way to log in that keeps the password is one that librdkafka takes",
    arguments: [
      [:], ["security.protocol": "ssl"],
      ["security.protocol": "sasl_ssl", "sasl.mechanism": "SCRAM-SHA-256", "sasl.username": "u", "sasl.password": "p"],
      ["security.protocol": "sasl_ssl", "sasl.mechanisms": "SCRAM-SHA-512", "sasl.username": "u", "sasl.password": "p"],
      ["security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": "p"],
    ])
  func logins(settings: [String: String]) {
    #expect(KafkaConfiguration(settings).loginProblem == nil)
    #expect(refusal(of: settings) == nil)
  }

  @Test("A password that others could read is a problem, told without it; a login that protects itself is none")
  func loginProblem() {
    var settings = ["security.protocol": "sasl_plaintext", "sasl.mechanism": "PLAIN", "sasl.username": "u", "sasl.password": "hunter2"]
    let problem = KafkaConfiguration(settings).loginProblem
    #expect(problem?.contains("sasl_ssl") == true && problem?.contains("hunter2") == false)
    settings["sasl.mechanism"] = "GSSAPI"
    #expect(KafkaConfiguration(settings).loginProblem == nil)
    // The name that librdkafka takes too does not hide behind the other one.
    settings["sasl.mechanisms"] = "SCRAM-SHA-256"
    #expect(KafkaConfiguration(settings).loginProblem != nil)
  }

  @Test(
    "A setting that would lose or repeat records silently is a problem, told with the one that would not",
    arguments: [
      ("acks", "1", "all"), ("request.required.acks", "0", "all"), ("enable.idempotence", "false", "true"),
      ("partitioner", "consistent_random", "murmur2_random"), ("auto.offset.reset", "earliest", "error"),
      ("enable.auto.commit", "true", "false"),
      ("auto.commit.enable", "true", "false"), ("enable.auto.offset.store", "true", "false"), ("check.crcs", "false", "true"),
      ("delivery.report.only.error", "true", "false"), ("topic.auto.offset.reset", "latest", "error"), ("topic.acks", "1", "all"),
      ("partition.assignment.strategy", "cooperative-sticky", "range"),
    ])
  func guaranteeProblem(name: String, value: String, allowed: String) {
    let plain = name.replacing("topic.", with: "")
    #expect(KafkaConfiguration([name: value]).guaranteeProblem?.contains("set \(plain)=\(allowed)") == true)
    #expect(KafkaConfiguration([name: allowed]).guaranteeProblem == nil)
    #expect(refusal(of: [name: allowed]) == nil)
  }

  @Test("Brokers, groups, members and transactions are not named for every connection; what a cluster needs of its own may be")
  func namesAreNotSettings() {
    for name in ["bootstrap.servers", "metadata.broker.list", "group.id", "group.instance.id", "transactional.id", "test.mock.num.brokers"]
    {
      #expect(KafkaConfiguration([name: "x"]).guaranteeProblem?.hasPrefix(name) == true)
    }
    let own = [
      "security.protocol": "ssl", "session.timeout.ms": "10000", "acks": "-1", "client.rack": "a", "isolation.level": "read_committed",
    ]
    #expect(KafkaConfiguration(own).guaranteeProblem == nil)
  }

  @Test("A certificate that cannot be read is refused when the client is made, not later")
  func missingCertificate() throws {
    let error = refusal(of: [
      "security.protocol": "ssl", "ssl.certificate.location": "/no/such/certificate.pem", "ssl.key.location": "/no/such/key.pem",
    ])
    #expect(error?.reason.contains("ssl.certificate.location") == true, "\(String(describing: error))")
  }

  private static let ofConsumers = [
    "session.timeout.ms": "6000", "fetch.wait.max.ms": "5", "fetch.min.bytes": "1", "auto.offset.reset": "error",
    "topic.auto.offset.reset": "error",
  ]
  private static let ofProducers = [
    "linger.ms": "1", "queue.buffering.max.ms": "1", "compression.codec": "lz4", "acks": "all", "topic.request.required.acks": "all",
  ]
  private static let ofBoth = ["client.id": "x", "socket.timeout.ms": "6000", "topic.metadata.refresh.interval.ms": "60000"]

  @Test("What librdkafka has for one kind of client alone goes to that kind, under each of its names, and all else to both")
  func sides() {
    let all = KafkaConfiguration(Self.ofConsumers.merging(Self.ofProducers) { $1 }.merging(Self.ofBoth) { $1 })
    #expect(all.settings(for: .consumer) == Self.ofConsumers.merging(Self.ofBoth) { $1 })
    #expect(all.settings(for: .producer) == Self.ofProducers.merging(Self.ofBoth) { $1 })
    #expect(KafkaConfiguration(["no.such.setting": "1"]).settings(for: .producer) == ["no.such.setting": "1"])
  }
}
