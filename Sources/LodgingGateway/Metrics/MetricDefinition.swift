/// What is known of a metric before anything is counted: its name, what it means, its labels and how many series it may have.
///
/// Names and labels follow the data model of Prometheus: base units (seconds, bytes), `_total` at the end of counters.
public struct MetricDefinition: Sendable, Hashable {
  /// The name, `[a-zA-Z_:][a-zA-Z0-9_:]*`.
  public var name: String
  /// How it is counted.
  public var kind: Kind
  /// What it means, in one sentence.
  public var help: String
  /// How many series it has at most; what would be one more is not recorded, and counted as dropped.
  public var seriesMax: Int

  /// How a metric is counted.
  public enum Kind: Sendable, Hashable {
    /// A sum that only rises while the process lives.
    case counter
    /// A value that rises and falls.
    case gauge
    /// Counts of values up to each of these bounds, which rise; the last bucket, without bound, is added.
    case histogram([Double])

    /// The word in the exposition.
    var name: String {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    }
  }

  /// Makes a definition from its parts.
  public init(_ name: String, _ kind: Kind, _ help: String, seriesMax: Int = 64) {
    self.name = name
    self.kind = kind
    self.help = help
    self.seriesMax = seriesMax
  }

  /// Bounds for durations between a millisecond and a minute, in seconds.
  public static let seconds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
  /// Bounds for numbers of things handled at once.
  public static let counts: [Double] = [1, 4, 16, 64, 256, 1024, 4096, 16384]
}
