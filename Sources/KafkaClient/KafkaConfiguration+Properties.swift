internal import CRdkafka

extension KafkaConfiguration {
  /// Reads settings from a text of `name=value` lines, as Kafka's own tools and kcat take them from a file.
  ///
  /// Spaces around name and value do not count, nor do empty lines and those that begin with `#`. A name that stands twice has its last
  /// value. Throws ``KafkaError/Code/invalidArgument`` with the number of the line, never with its content, where a line is none of these, and
  /// with the setting's name where librdkafka does not take it.
  package init(properties text: String) throws(KafkaError) {
    var settings: [String: String] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = Self.trimmed(line)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard let equals = line.firstIndex(of: "="), equals > line.startIndex else {
        throw KafkaError(.invalidArgument, reason: "line \(index + 1) is not 'name=value'")
      }
      let (name, value) = (String(Self.trimmed(line[..<equals])), String(Self.trimmed(line[line.index(after: equals)...])))
      if let problem = Self.problem(name, value) { throw KafkaError(.invalidArgument, reason: "line \(index + 1): \(problem)") }
      settings[name] = value
    }
    self.init(settings)
  }

  /// Why librdkafka does not take a setting, without its value; nil where it does.
  private static func problem(_ name: String, _ value: String) -> String? {
    guard let conf = unsafe rd_kafka_conf_new() else { return nil }
    defer { unsafe rd_kafka_conf_destroy(conf) }
    switch unsafe rd_kafka_conf_set(conf, name, value, nil, 0) {
    case RD_KAFKA_CONF_OK: return nil
    // What is no name at all may be a secret that went astray.
    case RD_KAFKA_CONF_UNKNOWN where name.wholeMatch(of: /[a-z]+(\.[a-z]+)+/) == nil: return "this is no setting of librdkafka"
    case RD_KAFKA_CONF_UNKNOWN: return "librdkafka has no setting \(name)"
    default: return "librdkafka does not take this value of \(name)"
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
    return start[...last]
  }
}
