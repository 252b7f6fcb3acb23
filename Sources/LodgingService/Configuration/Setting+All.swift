import LodgingGateway
import LodgingKafka
import LodgingPipeline

extension Setting {
  /// Everything that a node can be told.
  package static let all: [Setting] = general + keeping + serving + validating + ingress + kafka

  /// Where a file with settings is named; not in such a file itself.
  static let file = Setting("configuration", .text("a path"), "A JSON file with settings; what is given otherwise goes before it.")

  private static let general: [Setting] = [
    file,
    Setting("data", .text("a folder"), "The folder of the register."),
    Setting("role", .choice(NodeRole.allCases.map(\.rawValue)), initial: "all", "What the node does."),
    Setting("log", .text("embedded or kafka://host:port,…"), initial: "embedded", "Which log carries the events."),
    Setting("allow-create-time", .flag, initial: "false", "Takes producers' times on Kafka, as a mock cluster has no others; tests only."),
    Setting("listen", .text("an address as host:port; port 0 takes a free one"), initial: "127.0.0.1:0", "Where HTTP is served."),
    Setting("sandbox", .flag, initial: "false", "Takes identities that are not sealed, in a folder of its own for trying things out."),
    Setting(
      "log-level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), initial: "info",
      "From which level on the node logs to stderr."),
    Setting("log-format", .choice(LogFormat.allCases.map(\.rawValue)), initial: "text", "Lines for people, or one JSON object a line."),
    Setting("sample-seconds", .number(1...3600), initial: "5", "How often lags are measured."),
  ]

  /// Where what nodes share or guard lies.
  private static let keeping: [Setting] = {
    let validator = ValidatorSettings()
    return [
      Setting("keys.file", .text("a path"), "Where keys.json lies; in the folder of the register where nobody says."),
      Setting(
        "snapshots.folder", .text("a folder"),
        "Where snapshots lie: on a cluster a folder that all nodes reach, so that who takes a partition over finds them."),
      Setting(
        "snapshots.entries", .number(1...10_000_000), initial: "\(validator.snapshotEntries)",
        "Entries between two snapshots of a partition at least; large states are written less often."),
      Setting(
        "snapshots.age-seconds", .number(0...3600), initial: "\(validator.snapshotAgeMinSeconds)",
        "How old a snapshot is before it is published."),
    ]
  }()

  private static let serving: [Setting] = {
    let limits = GatewaySettings()
    return [
      Setting(
        "http.allow-remote", .flag, initial: "false",
        "Allows to listen on addresses beyond loopback; /v1 takes an access key then, and nothing here speaks TLS."),
      Setting(
        "http.demand-keys", .flag, initial: "false",
        "Lets /v1 take an access key on loopback too, as where something in front hands on what comes from other machines."),
      Setting("http.connections-max", .number(1...65536), initial: "\(limits.connectionsMax)", "Open connections."),
      Setting("http.idle-seconds", .number(1...3600), initial: "\(limits.idleSeconds)", "After how long a silent connection is closed."),
      Setting("http.query-threads", .number(1...64), initial: "\(limits.queryThreads)", "Threads that answer questions."),
      Setting("http.queries-max", .number(1...65536), initial: "\(limits.queriesMax)", "Questions that run or wait for a thread."),
      Setting("http.wait-seconds", .number(0...60), initial: "\(limits.waitSecondsDefault)", "How long a request waits for its position."),
      Setting("http.wait-seconds-max", .number(0...60), initial: "\(limits.waitSecondsMax)", "How long it may ask to wait."),
      Setting("http.waiters-max", .number(1...65536), initial: "\(limits.waitersMax)", "Requests that wait for a position."),
      Setting(
        "ready.lag-seconds-max", .number(1...86400), initial: "60", "How far the read model may be behind until the node wants no work."),
    ]
  }()

  private static let validating: [Setting] = [
    Setting(
      "validator.threads", .number(0...256), initial: "0",
      "Validators of this process; 0 is one for each core. On the embedded log there is one.")
  ]

  private static let ingress: [Setting] = [
    Setting(
      "ingress.chains", .text("a path"),
      "A JSON file that says which establishments each chain may speak for: {\"principal\": [\"establishment\", …]}.")
  ]

  /// What is only for a log on Kafka.
  private static let kafka: [Setting] = [
    Setting(
      "kafka.settings", .text("a path"), "A file with settings of librdkafka as name=value lines: TLS, SASL and whatever else differs."),
    Setting(
      "kafka.prefix", .text("a prefix of topic names"), initial: KafkaLogConfiguration.prefixDefault, "What topics' names begin with."),
    Setting(
      "kafka.instance-id", .text("a name that no other node has"),
      "The name under which the node keeps its partitions over a restart, such as that of its machine; without it others take them over."),
    Setting(
      "kafka.sasl-password", .text("a password"), isSecret: true, "The password of sasl.username, so that no file needs to hold it."),
    Setting("kafka.tls-key-password", .text("a password"), isSecret: true, "The password of ssl.key.location, likewise."),
    Setting(
      "kafka.events-retention-hours", .number(1...876_000), initial: "\(TopicPlan().eventDays * 24)",
      "How long the events topic keeps records, for the alarm that comes long before undecided ones are lost."),
  ]
}
