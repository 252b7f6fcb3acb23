/// Which log carries the events.
package enum NodeLog: Sendable, Hashable {
  /// One file on this machine.
  case embedded
  /// A cluster.
  case kafka(KafkaSettings)

  /// What a configuration says of the log.
  ///
  /// Throws ``ConfigurationError`` where that is no log, or settings of a cluster are given without one.
  package init(_ configuration: NodeConfiguration) throws {
    let text = configuration["log"] ?? "embedded"
    guard text != "embedded" else {
      guard let stray = configuration.given(in: "kafka").first else {
        self = .embedded
        return
      }
      throw ConfigurationError.refused("\(stray) means nothing on the embedded log; remove it, or give --log kafka://host:port")
    }
    guard let servers = KafkaSettings.servers(in: text) else {
      throw ConfigurationError.refused("log: give 'embedded' or kafka://host:port,host:port")
    }
    let secrets = ["sasl.password": configuration["kafka.sasl-password"], "ssl.key.password": configuration["kafka.tls-key-password"]]
    self = .kafka(
      KafkaSettings(
        servers: servers, prefix: configuration["kafka.prefix"], instance: configuration["kafka.instance-id"],
        settingsFile: configuration["kafka.settings"],
        allowsCreateTime: configuration["allow-create-time"] == "true", secrets: secrets.compactMapValues(\.self)))
  }
}

/// How the brokers of a cluster are reached.
package struct KafkaSettings: Sendable, Hashable {
  /// `host:port` of some brokers, separated by commas.
  package var servers: String
  /// What topics' names begin with; nil where nobody says.
  package var prefix: String?
  /// The name under which this process keeps its partitions over a restart; nil for none.
  package var instance: String?
  /// A file with settings of librdkafka.
  package var settingsFile: String?
  /// Whether producers' times are taken; tests only.
  package var allowsCreateTime: Bool
  /// Further settings of librdkafka, which are secrets: not to be printed.
  package var secrets: [String: String]

  private static let scheme = "kafka://"

  /// The brokers of `kafka://host:port,…`; nil where the text is not of that form.
  fileprivate static func servers(in text: String) -> String? {
    guard text.hasPrefix(scheme) else { return nil }
    let servers = text.dropFirst(scheme.count).split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard servers.allSatisfy({ HostAndPort($0).map { $0.port > 0 && !$0.host.contains("@") } ?? false }) else { return nil }
    return servers.joined(separator: ",")
  }
}
