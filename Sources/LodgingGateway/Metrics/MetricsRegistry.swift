public import CoreMetrics
import Synchronization

/// What a node counts, for `/metrics`: a backend of swift-metrics that holds everything in memory.
///
/// Metrics that were defined when the registry was made have their description and their buckets; others are taken as they come, so that
/// libraries may count too. The number of series is bounded for each metric and for all that were not defined together. Recording takes
/// one uncontended lock and allocates nothing; making a series looks it up by name and labels, so keep what was made.
public final class MetricsRegistry: MetricsFactory {
  /// One metric with its series.
  struct Family {
    var definition: MetricDefinition
    var series: [Labels: Series] = [:]
  }

  /// Labels in the order of their names.
  struct Labels: Hashable, Comparable {
    var pairs: [Pair]

    struct Pair: Hashable {
      var name: String
      var value: String
    }

    init(_ dimensions: [(String, String)]) {
      pairs = dimensions.map { Pair(name: MetricName.label($0.0), value: $0.1) }.sorted { $0.name < $1.name }
    }

    static func < (left: Labels, right: Labels) -> Bool {
      left.pairs.lexicographicallyPrecedes(right.pairs) { ($0.name, $0.value) < ($1.name, $1.value) }
    }
  }

  enum Series: Sendable {
    case counter(CounterSeries)
    case gauge(GaugeSeries)
    case histogram(HistogramSeries)
  }

  /// How many metrics may come that nobody defined.
  public static let undefinedMax = 64

  private struct State {
    var families: [String: Family]
    var undefined = 0
    var dropped = 0

    mutating func drop() -> Series? {
      dropped += 1
      return nil
    }
  }

  private let state: Mutex<State>
  private let collectors = Mutex<[@Sendable () -> Void]>([])

  /// Makes a registry of these metrics, which are shown once they have a series.
  public init(_ definitions: [MetricDefinition]) {
    state = Mutex(
      State(families: Dictionary(definitions.map { ($0.name, Family(definition: $0)) }, uniquingKeysWith: { first, _ in first })))
  }

  /// Calls `body` each time before the metrics are shown, so that it may bring values up to date.
  public func collect(_ body: @escaping @Sendable () -> Void) { collectors.withLock { $0.append(body) } }

  /// The families in the order of their names, after the collectors have run, and how many series were not taken.
  func contents() -> (families: [Family], dropped: Int) {
    for collector in collectors.withLock({ $0 }) { collector() }
    return state.withLock { state in
      (state.families.values.filter { !$0.series.isEmpty }.sorted { $0.definition.name < $1.definition.name }, state.dropped)
    }
  }

  // MARK: MetricsFactory

  /// Makes or finds the series of a counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { counter(label, dimensions) }

  /// Makes or finds the series of a counter of fractions.
  public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
    counter(label, dimensions)
  }

  /// Makes or finds the series of a gauge.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { gauge(label, dimensions) }

  /// Makes or finds the series of a histogram, or of a gauge where nothing is to be aggregated.
  public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate ? histogram(label, dimensions, MetricDefinition.counts) : gauge(label, dimensions)
  }

  /// Makes or finds the series of a histogram of durations; it is shown in seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, dimensions, MetricDefinition.seconds)
  }

  /// Does nothing: a series stays for as long as the registry, so that what was counted is not counted anew.
  public func destroyCounter(_ handler: any CounterHandler) {}
  /// Does nothing, as for counters.
  public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  /// Does nothing, as for counters.
  public func destroyMeter(_ handler: any MeterHandler) {}
  /// Does nothing, as for counters.
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  /// Does nothing, as for counters.
  public func destroyTimer(_ handler: any TimerHandler) {}

  // MARK: Series

  private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSeries {
    if case .counter(let series) = series(label, dimensions, .counter, { _ in .counter(CounterSeries()) }) { return series }
    return CounterSeries()
  }

  private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSeries {
    if case .gauge(let series) = series(label, dimensions, .gauge, { _ in .gauge(GaugeSeries()) }) { return series }
    return GaugeSeries()
  }

  private func histogram(_ label: String, _ dimensions: [(String, String)], _ bounds: [Double]) -> HistogramSeries {
    let made = series(label, dimensions, .histogram(bounds)) { kind in
      guard case .histogram(let bounds) = kind else { return nil }
      return .histogram(HistogramSeries(bounds: bounds))
    }
    if case .histogram(let series) = made { return series }
    return HistogramSeries(bounds: bounds)
  }

  /// The series of these labels; nil where there are too many, or the metric is of another kind, and then what is recorded is not shown.
  private func series(
    _ label: String, _ dimensions: [(String, String)], _ kind: MetricDefinition.Kind, _ make: (MetricDefinition.Kind) -> Series?
  ) -> Series? {
    let labels = Labels(dimensions)
    return state.withLock { state in
      let name = state.families[label] == nil ? MetricName.of(label, kind) : label
      if state.families[name] == nil {
        guard state.undefined < Self.undefinedMax else { return state.drop() }
        state.undefined += 1
        state.families[name] = Family(definition: MetricDefinition(name, kind, "Counted by a library under the name \(label)."))
      }
      guard let family = state.families[name], family.definition.kind.name == kind.name else { return state.drop() }
      if let known = family.series[labels] { return known }
      guard family.series.count < family.definition.seriesMax, let made = make(family.definition.kind) else { return state.drop() }
      state.families[name]?.series[labels] = made
      return made
    }
  }
}
