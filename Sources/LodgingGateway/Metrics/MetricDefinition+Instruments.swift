public import CoreMetrics

extension MetricDefinition {
  /// The counter of these labels.
  public func counter(_ registry: MetricsRegistry, _ labels: KeyValuePairs<String, String> = [:]) -> Counter {
    Counter(label: name, dimensions: labels.map { ($0.key, $0.value) }, factory: registry)
  }

  /// The counter of fractions, such as seconds, of these labels.
  public func fractions(_ registry: MetricsRegistry, _ labels: KeyValuePairs<String, String> = [:]) -> FloatingPointCounter {
    FloatingPointCounter(label: name, dimensions: labels.map { ($0.key, $0.value) }, factory: registry)
  }

  /// The gauge of these labels.
  public func gauge(_ registry: MetricsRegistry, _ labels: KeyValuePairs<String, String> = [:]) -> Meter {
    Meter(label: name, dimensions: labels.map { ($0.key, $0.value) }, factory: registry)
  }

  /// The histogram of amounts of these labels.
  public func amounts(_ registry: MetricsRegistry, _ labels: KeyValuePairs<String, String> = [:]) -> Recorder {
    Recorder(label: name, dimensions: labels.map { ($0.key, $0.value) }, aggregate: true, factory: registry)
  }

  /// The histogram of durations of these labels.
  public func durations(_ registry: MetricsRegistry, _ labels: KeyValuePairs<String, String> = [:]) -> Timer {
    Timer(label: name, dimensions: labels.map { ($0.key, $0.value) }, factory: registry)
  }
}

extension Timer {
  /// Records a duration.
  public func record(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
