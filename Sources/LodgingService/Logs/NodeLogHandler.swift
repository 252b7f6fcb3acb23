import Foundation
import LodgingDomain
package import Logging
import Synchronization

/// How a log line looks.
package enum LogFormat: String, Sendable, CaseIterable {
  /// Time, level, message and metadata, for people.
  case text
  /// One JSON object a line.
  case json
}

/// Writes log events as lines, each whole: one event is one line, whatever its texts hold.
package struct NodeLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  package var logLevel: Logger.Level
  private let label: String
  private let format: LogFormat
  private let output: LogOutput

  /// Makes a handler.
  package init(label: String, level: Logger.Level, format: LogFormat, output: LogOutput) {
    self.label = label
    logLevel = level
    self.format = format
    self.output = output
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var all = metadata
    if let metadataProvider { all.merge(metadataProvider.get()) { $1 } }
    if let given = event.metadata { all.merge(given) { $1 } }
    if let error = event.error { all["error"] = "\(error)" }
    let line = LogLine(
      time: SystemClock().now.rfc3339(), level: event.level.rawValue, label: label, message: event.message.description,
      metadata: all.mapValues(LogValue.init))
    output.write(format == .json ? line.json : line.text)
  }
}

extension Logger {
  /// A logger of this program, to stderr.
  package static func node(level: Logger.Level, format: LogFormat, output: LogOutput = .standardError) -> Logger {
    Logger(label: "lodging") { NodeLogHandler(label: $0, level: level, format: format, output: output) }
  }
}

/// Where log lines go.
package final class LogOutput: Sendable {
  private let sink: Mutex<@Sendable (String) -> Void>

  /// The process's stderr.
  package static let standardError = LogOutput { line in
    // A log that nobody takes must not end the process.
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  /// Hands each line, without its end, to `sink`, one after the other.
  package init(_ sink: @escaping @Sendable (String) -> Void) { self.sink = Mutex(sink) }

  func write(_ line: String) { sink.withLock { $0(line) } }
}

/// One log event.
struct LogLine: Encodable {
  var time: String
  var level: String
  var label: String
  var message: String
  var metadata: [String: LogValue]

  /// One JSON object, on one line.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and objects of texts can always be encoded.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// A line for people; control characters are shown as `\u{…}`, so that no text can begin a line of its own.
  var text: String {
    let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return LogValue.escaped("\(time) \(level) \(label): \(message)" + (pairs.isEmpty ? "" : " (\(pairs.joined(separator: ", ")))"))
  }
}

/// A value of metadata.
indirect enum LogValue: Encodable, CustomStringConvertible {
  case text(String)
  case list([LogValue])
  case object([String: LogValue])

  init(_ value: Logger.MetadataValue) {
    self =
      switch value {
      case .string(let text): .text(text)
      case .stringConvertible(let value): .text("\(value)")
      case .array(let values): .list(values.map(LogValue.init))
      case .dictionary(let values): .object(values.mapValues(LogValue.init))
      }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  var description: String {
    switch self {
    case .text(let text): text
    case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
    case .object(let values):
      "{\(values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    }
  }

  static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        escaped += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
