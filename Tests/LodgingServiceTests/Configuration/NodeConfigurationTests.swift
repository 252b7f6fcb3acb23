import Foundation
import LodgingGateway
import Logging
import Testing

@testable import LodgingService

@Suite("A node's configuration")
struct NodeConfigurationTests {
  /// A file that goes with the test.
  private final class Scratch {
    let path = NSTemporaryDirectory() + "lodging-settings-" + String(UInt64.random(in: 0 ... .max), radix: 36)

    init(_ text: String, mode: Int = 0o600) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func settings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> NodeSettings {
    try NodeSettings(NodeConfiguration(arguments: ["--data", "/nowhere"] + arguments, environment: environment))
  }

  private func error(_ body: () throws -> some Any) throws -> ConfigurationError {
    try #require(throws: ConfigurationError.self) { _ = try body() }
  }

  @Test("Without a word everything has its default: one process, on loopback, for reading only")
  func defaults() throws {
    let settings = try settings([])
    #expect(settings.role == .all && settings.log == .embedded && !settings.isSandbox)
    #expect(settings.gateway == GatewaySettings())
    #expect(settings.gateway.host == "127.0.0.1" && settings.gateway.port == 0)
    #expect(settings.logLevel == .info && settings.logFormat == .text)
    #expect(settings.eventsRetentionSeconds == nil && settings.validatorThreads == 1)
  }

  @Test("The command line goes before the environment, the environment before the file, the file before the default")
  func layers() throws {
    let file = try Scratch(
      """
      {"role": "gateway", "listen": "127.0.0.1:1", "log-level": "error", "http": {"queries-max": 7, "query-threads": 3}, "sandbox": true}
      """)
    let environment = ["LODGING_CONFIGURATION": file.path, "LODGING_LISTEN": "127.0.0.1:2", "LODGING_HTTP_QUERIES_MAX": "8", "HOME": "/"]
    let settings = try settings(["--http-queries-max=9", "--sample-seconds", "24"], environment)
    #expect(settings.gateway.queriesMax == 9)
    #expect(settings.gateway.port == 2)
    #expect(settings.role == .gateway && settings.logLevel == .error && settings.isSandbox && settings.gateway.queryThreads == 3)
    #expect(settings.sampleSeconds == 24)
  }

  @Test("Each setting has one name in every place, and no two share one")
  func names() {
    for place in [\Setting.key, \Setting.option, \Setting.variable] {
      #expect(Set(Setting.all.map { $0[keyPath: place] }).count == Setting.all.count)
    }
    let setting = Setting.all.first { $0.key == "http.wait-seconds-max" }
    #expect(setting?.option == "--http-wait-seconds-max")
    #expect(setting?.variable == "LODGING_HTTP_WAIT_SECONDS_MAX")
  }

  @Test("Every setting is read from each place under the name that it has there")
  func everySetting() throws {
    for setting in Setting.all where setting.key != "configuration" {
      let value =
        switch setting.kind {
        case .text: "x"
        case .choice(let names): names[0]
        case .number(let range): "\(range.upperBound)"
        case .flag: "true"
        }
      let fromEnvironment = try NodeConfiguration(arguments: [], environment: [setting.variable: value])
      #expect(fromEnvironment[setting.key] == value, "\(setting.variable)")
      let quoted = if case .text = setting.kind { "\"\(value)\"" } else if case .choice = setting.kind { "\"\(value)\"" } else { value }
      let parts = setting.key.split(separator: ".").map { "\"\($0)\":" }
      let nested = parts.joined(separator: "{") + quoted + String(repeating: "}", count: parts.count - 1)
      let file = try Scratch("{\(nested)}")
      #expect(try NodeConfiguration(arguments: ["--configuration", file.path], environment: [:])[setting.key] == value, "\(nested)")
      guard !setting.isSecret else { continue }
      #expect(try NodeConfiguration(arguments: [setting.option, value], environment: [:])[setting.key] == value, "\(setting.option)")
    }
  }

  @Test(
    "An unknown option is refused by its name, with the one that was probably meant",
    arguments: [
      (["--lisen", "127.0.0.1:0"], "--listen"), (["--http-queries=7"], "--http-queries-max"), (["--colour", "red"], "lists them"),
    ])
  func unknownOptions(arguments: [String], hint: String) throws {
    let error = try error { try settings(arguments) }
    #expect(error.description.contains(arguments[0].prefix { $0 != "=" }))
    #expect(error.description.contains(hint))
    #expect(!error.isUnreadable)
  }

  @Test("So are unknown variables and unknown names in a file")
  func unknownNames() throws {
    #expect(try error { try settings([], ["LODGING_LISTN": "127.0.0.1:0"]) }.description.contains("LODGING_LISTEN"))
    for (text, name, hint) in [
      (#"{"http": {"querys-max": 7}}"#, "http.querys-max", "http.queries-max"), (#"{"http.queries-max": 7}"#, "http.queries-max", ""),
      (#"{"configuration": "other"}"#, "configuration", ""), (#"{"listen": {"port": 7}}"#, "listen.port", ""),
    ] {
      let file = try Scratch(text)
      let error = try error { try settings(["--configuration", file.path]) }
      #expect(error.description.contains(name) && error.description.contains(file.path), "\(text)")
      #expect(hint.isEmpty || error.description.contains(hint), "\(text)")
    }
  }

  @Test(
    "A bad value is refused with the setting's name and what it takes",
    arguments: [
      (["--role", "king"], "validator"), (["--http-queries-max", "0"], "1 to 65536"), (["--http-queries-max", "many"], "whole number"),
      (["--http-queries-max", "1", "2"], "one value each"), (["--http-queries-max", "1", "--http-queries-max=2"], "twice"),
      (["--http-queries-max", "1,2"], "whole number"), (["--role"], "one of"), (["--sandbox", "yes"], "true or false"),
      (["--listen", "8080"], "host:port"), (["--listen", "127.0.0.1:65536"], "host:port"), (["--listen", "::1:80"], "host:port"),
      (["--listen", "0127.0.0.1:80"], "http.allow-remote"), (["--listen", "+127.0.0.1:80"], "http.allow-remote"),
      (["--listen", "0.0.0.0:80"], "http.allow-remote"), (["--listen", "127.0.0.1.example:80"], "http.allow-remote"),
      (["--log", "kafka:/host:1"], "kafka://"), (["--log", "kafka://"], "kafka://"), (["--log", "kafka://host"], "kafka://"),
      (["--role", "ingress"], "kafka://"), (["--validator-threads", "2"], "embedded"), (["--kafka-prefix", "x"], "kafka.prefix"),
      (["--http-wait-seconds", "20"], "http.wait-seconds-max"), (["stray", "--role", "all"], "stray"),
    ])
  func badValues(arguments: [String], hint: String) throws {
    #expect(try error { try settings(arguments) }.description.contains(hint))
  }

  @Test(
    "Values of the wrong form in a file are refused by name",
    arguments: [#"{"role": 1}"#, #"{"sandbox": "true"}"#, #"{"validator": {"threads": true}}"#, #"{"http": {"queries-max": "7"}}"#])
  func badForms(text: String) throws {
    let file = try Scratch(text)
    let error = try error { try settings(["--configuration", file.path]) }
    #expect(!error.isUnreadable)
    #expect(error.description.contains("give"))
  }

  @Test(
    "A name that stands twice and a comma with nothing behind it are refused with their line, since one of two values would hold unsaid",
    arguments: [
      ("{\n\"role\": \"gateway\",\n\"role\": \"validator\"}", "line 3: role"),
      ("{\"role\": \"all\", \"r\\u006fle\": \"all\"}", "line 1: role"),
      ("{\"http\": {\"queries-max\": 7,\n\"queries-max\": 8}}", "line 2: queries-max"), ("{\"role\": \"all\",\n}", "line 2: nothing"),
      ("{\"http\": {\"queries-max\": 7,}}", "line 1: nothing"),
    ])
  func lenient(text: String, hint: String) throws {
    let file = try Scratch(text)
    let error = try error { try settings(["--configuration", file.path]) }
    #expect(error.description.contains(file.path) && error.description.contains(hint), "\(error)")
    #expect(!error.isUnreadable)
  }

  @Test("The same name in two objects, and what looks like a fault within a text, is none")
  func form() throws {
    let text = #"{"a": {"b": ",}", "c": 1}, "d": {"b": "\",]", "c": [1, {"b": 2}]}, "b": "b"}"#
    #expect(JSONForm.problem(in: Data(text.utf8)) == nil)
    #expect(JSONForm.problem(in: Data(#"[1, [2, 3,], "a"]"#.utf8)) != nil)
    for text in ["", "\"", "\"\\", "}", "{\"a", "{\"a\": 1", "],"] { #expect(JSONForm.problem(in: Data(text.utf8)) == nil) }
  }

  @Test("A file that is no JSON, or is not there, is named", arguments: ["", "{", "[1]", "{\"a\": [1]}", "missing"])
  func unreadable(text: String) throws {
    let file = try Scratch(text)
    let path = text == "missing" ? file.path + "-not-there" : file.path
    let error = try error { try settings(["--configuration", path]) }
    #expect(error.description.contains(path))
  }

  @Test("Loopback in every spelling is taken without further ado; other addresses are with the switch")
  func addresses() throws {
    for address in ["127.0.0.1:0", "127.9.9.9:80", "localhost:80", "[::1]:80"] {
      #expect(try settings(["--listen", address]).gateway.port == Int(address.split(separator: ":").last ?? ""))
    }
    #expect(try settings(["--listen", "0.0.0.0:80", "--http-allow-remote"]).gateway.host == "0.0.0.0")
    #expect(try settings(["--listen", "[::1]:80"]).gateway.url(81) == "http://[::1]:81")
  }

  @Test("Beyond loopback a key is demanded, and nowhere else unless somebody says so")
  func demandedKeys() throws {
    for (arguments, isDemanded) in [
      ([], false), (["--listen", "[::1]:80"], false), (["--listen", "localhost:80", "--http-allow-remote"], false),
      (["--listen", "0.0.0.0:80", "--http-allow-remote"], true), (["--listen", "10.0.0.7:80", "--http-allow-remote"], true),
      (["--listen", "[::]:80", "--http-allow-remote"], true), (["--http-demand-keys"], true),
      (["--listen", "0.0.0.0:80", "--http-allow-remote", "--http-demand-keys", "false"], true),
    ] as [([String], Bool)] {
      #expect(try settings(arguments).gateway.demandsKeys == isDemanded, "\(arguments)")
    }
  }

  @Test("Secrets are refused on the command line, and in a file that others may read")
  func secrets() throws {
    let option = try error { try settings(["--log", "kafka://a:1", "--kafka-sasl-password", "hunter2"]) }
    #expect(option.description.contains("LODGING_KAFKA_SASL_PASSWORD") && !option.description.contains("hunter2"))
    let text = #"{"log": "kafka://a:1", "kafka": {"sasl-password": "hunter2"}}"#
    let open = try Scratch(text, mode: 0o640)
    #expect(try error { try settings(["--configuration", open.path]) }.description.contains("chmod 600"))
    let closed = try Scratch(text)
    guard case .kafka(let kafka) = try settings(["--configuration", closed.path]).log else {
      Issue.record("no Kafka log")
      return
    }
    #expect(kafka.servers == "a:1" && kafka.secrets == ["sasl.password": "hunter2"])
  }

  @Test("What is printed names where each value came from, and masks secrets")
  func printed() throws {
    let configuration = try NodeConfiguration(
      arguments: ["--role", "gateway"], environment: ["LODGING_KAFKA_SASL_PASSWORD": "hunter2", "LODGING_KAFKA_PREFIX": "test"])
    let rows = Dictionary(uniqueKeysWithValues: configuration.rows.map { ($0.key, $0) })
    #expect(rows.count == Setting.all.count)
    #expect(rows["role"]?.value == "gateway" && rows["role"]?.from == "--role on the command line")
    #expect(rows["kafka.prefix"]?.from == "LODGING_KAFKA_PREFIX in the environment")
    #expect(rows["listen"]?.value == "127.0.0.1:0" && rows["listen"]?.from == "default")
    #expect(rows["kafka.sasl-password"]?.value == "***")
    #expect(rows["kafka.tls-key-password"]?.value == nil)
    #expect(!"\(rows)".contains("hunter2"))
  }

  @Test("What nobody gave is printed with the value that holds, also where that follows from another setting")
  func printedDefaults() throws {
    func rows(_ arguments: [String]) throws -> [String: String?] {
      let rows = try NodeConfiguration(arguments: arguments, environment: [:]).rows
      return Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0.value) })
    }
    let printed = try rows(["--data", "/nowhere", "--log", "kafka://a:1"])
    let due = [
      "kafka.prefix": "lodging", "kafka.events-retention-hours": "336", "keys.file": "/nowhere/keys.json",
      "snapshots.folder": "/nowhere/snapshots",
    ]
    for (key, value) in due { #expect(printed[key] == value, "\(key)") }
    #expect(try rows(["--keys-file", "/elsewhere"])["keys.file"] == "/elsewhere")
    #expect(try settings([]).folder.snapshotsFolder == nil)
    let flags = Setting.all.filter { $0.kind == .flag }
    #expect(flags.filter { $0.expectedOption == "given without a value" }.map(\.key) == ["allow-create-time"])
  }

  @Test("An empty variable is none, as compose files write what nobody set")
  func empty() throws {
    #expect(try settings([], ["LODGING_LOG": "", "LODGING_KAFKA_PREFIX": "", "LODGING_WHATEVER": ""]).log == .embedded)
  }

  @Test("On a cluster projections and whole nodes publish; on the embedded log nobody does")
  func publishing() throws {
    let publishing = try ["projections", "all", "gateway", "validator"].filter {
      try settings(["--role", $0, "--log", "kafka://a:1"]).publishes
    }
    #expect(publishing == ["projections", "all"])
    #expect(try !settings(["--role", "projections"]).publishes && !settings([]).publishes)
  }

  @Test("Several brokers are taken")
  func brokers() throws {
    let settings = try settings([], ["LODGING_LOG": "kafka://a:1,b:2"])
    guard case .kafka(let kafka) = settings.log else {
      Issue.record("no Kafka log")
      return
    }
    #expect(kafka.servers == "a:1,b:2" && kafka.prefix == "lodging" && !kafka.allowsCreateTime)
    #expect(settings.eventsRetentionSeconds == 14 * 86400 && settings.validatorThreads >= 1)
  }
}
