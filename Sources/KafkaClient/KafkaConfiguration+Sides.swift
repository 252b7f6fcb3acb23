internal import CRdkafka
internal import Foundation

extension KafkaConfiguration {
  /// A kind of client.
  package enum Side: Sendable {
    /// Reads, or is a member of a group.
    case consumer
    /// Writes.
    case producer
  }

  /// The settings without those that librdkafka has for the other kind of client alone: it would ignore them, and warn of each at every start.
  package func settings(for side: Side) -> [String: String] {
    settings.filter { name, _ in
      // librdkafka takes settings of topics under both names.
      let plain = name.hasPrefix(Self.topicPrefix) ? String(name.dropFirst(Self.topicPrefix.count)) : name
      return (Self.sides[name] ?? Self.sides[plain]).map { $0 == side } ?? true
    }
  }

  private static let topicPrefix = "topic."

  /// The settings that are for one kind of client alone, by every name, from librdkafka's own list of what it takes; empty where that list is
  /// of another form, so that everything goes to everybody.
  private static let sides: [String: Side] = {
    var text: UnsafeMutablePointer<CChar>?
    var size = 0
    unsafe withUnsafeMutablePointer(to: &text) { text in
      unsafe withUnsafeMutablePointer(to: &size) { size in
        guard let stream = unsafe open_memstream(text, size) else { return }
        unsafe rd_kafka_conf_properties_show(stream)
        unsafe fclose(stream)
      }
    }
    defer { unsafe free(text) }
    guard let text = unsafe text else { return [:] }
    return sides(in: unsafe String(cString: text))
  }()

  /// Reads a table of properties, as CONFIGURATION.md has it: the name in the first column and `C`, `P` or `*` in the second.
  private static func sides(in table: String) -> [String: Side] {
    var sides: [String: Side] = [:]
    for line in table.split(separator: "\n") {
      let columns = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
      guard columns.count == 3 else { continue }
      let name = String(columns[0].prefix { $0 != " " })
      switch columns[1].filter({ $0 != " " }) {
      case "C": sides[name] = .consumer
      case "P": sides[name] = .producer
      default: break
      }
    }
    return sides
  }
}
