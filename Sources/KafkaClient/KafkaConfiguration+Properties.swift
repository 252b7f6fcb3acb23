extension KafkaConfiguration {
  /// Reads settings from a text of `name=value` lines, as Kafka's own tools and kcat take them from a file.
  ///
  /// Spaces around name and value do not count, nor do empty lines and those that begin with `#`. A name that stands twice has its last
  /// value. Throws ``KafkaError/Code/invalidArgument`` with the number of the line, never with its content, where a line is none of these.
  package init(properties text: String) throws(KafkaError) {
    var settings: [String: String] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = Self.trimmed(line)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard let equals = line.firstIndex(of: "="), equals > line.startIndex else {
        throw KafkaError(.invalidArgument, reason: "line \(index + 1) is not 'name=value'")
      }
      settings[String(Self.trimmed(line[..<equals]))] = String(Self.trimmed(line[line.index(after: equals)...]))
    }
    self.init(settings)
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
    return start[...last]
  }
}
