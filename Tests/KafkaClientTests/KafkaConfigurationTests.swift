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
    let login = KafkaSecurity.Login(.scram512, user: "validator-1", password: "hunter2")
    let client = KafkaSecurity.ClientCertificate(certificate: "/c.pem", key: "/k.pem", password: "hunter2")
    let security = try KafkaSecurity(.tls(KafkaSecurity.TLS(authorities: "/ca.pem", client: client)), login: login)
    var configuration = KafkaConfiguration(security.settings)
    for name in ["ssl.keystore.password", "sasl.oauthbearer.client.secret", "ssl.key.pem", "sasl.oauthbearer.config"] {
      configuration.settings[name] = "hunter2"
    }
    var shown = "\(configuration) \(String(reflecting: configuration)) \(security) \(String(reflecting: security))"
    dump(configuration, to: &shown)
    dump(security, to: &shown)
    #expect(!shown.contains("hunter2"))
    #expect(shown.contains("sasl.username=validator-1"))
    #expect(configuration.masked["sasl.password"] == "********")
    #expect(configuration.masked["ssl.key.location"] == "/k.pem")
  }

  @Test(
    "Each way to log in becomes librdkafka's settings, which it takes",
    arguments: [
      (nil, false, "plaintext"), (nil, true, "ssl"), (.scram256, false, "sasl_plaintext"), (.scram512, true, "sasl_ssl"),
      (.plain, true, "sasl_ssl"),
    ] as [(KafkaSecurity.Login.Mechanism?, Bool, String)])
  func security(mechanism: KafkaSecurity.Login.Mechanism?, isEncrypted: Bool, protocolName: String) throws {
    let login = mechanism.map { KafkaSecurity.Login($0, user: "u", password: "p") }
    let settings = try KafkaSecurity(isEncrypted ? .tls(KafkaSecurity.TLS()) : .plaintext, login: login).settings
    #expect(settings["security.protocol"] == protocolName)
    #expect(settings["sasl.mechanism"] == mechanism?.rawValue)
    #expect(settings["sasl.password"] == (mechanism == nil ? nil : "p"))
    #expect(settings["ssl.endpoint.identification.algorithm"] == (isEncrypted ? "https" : nil))
    #expect(refusal(of: settings) == nil)
  }

  @Test("A password is not sent over a connection that everybody can read")
  func plainWithoutEncryption() {
    let error = #expect(throws: KafkaError.self) {
      try KafkaSecurity(.plaintext, login: KafkaSecurity.Login(.plain, user: "u", password: "hunter2"))
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.reason.contains("hunter2") == false)
  }

  @Test("A certificate that cannot be read is refused when the client is made, not later")
  func missingCertificate() throws {
    let client = KafkaSecurity.ClientCertificate(certificate: "/no/such/certificate.pem", key: "/no/such/key.pem")
    let security = try KafkaSecurity(.tls(KafkaSecurity.TLS(client: client)))
    let error = refusal(of: security.settings)
    #expect(error?.reason.contains("ssl.certificate.location") == true, "\(String(describing: error))")
  }
}
