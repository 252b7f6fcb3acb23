import Logging
import Synchronization

/// Keeps what is logged.
final class TestLog: Sendable {
  private let kept = Mutex<[(level: Logger.Level, message: String)]>([])

  /// The messages in order.
  var lines: [String] { kept.withLock { $0.map(\.message) } }

  /// The messages in order, each behind its level.
  var levelledLines: [String] { kept.withLock { $0.map { "\($0.level) \($0.message)" } } }

  /// A logger that writes here.
  var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

  private struct Handler: LogHandler {
    let log: TestLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { log.kept.withLock { $0.append((event.level, "\(event.message)")) } }
  }
}
