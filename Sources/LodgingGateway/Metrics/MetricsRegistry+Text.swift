extension MetricsRegistry {
  /// The content type of ``text()``.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  /// Everything that was counted, in the text format 0.0.4 of Prometheus.
  public func text() -> String {
    let (families, dropped) = contents()
    var text = ""
    for family in families { text.append(family) }
    text.appendHeader(
      MetricDefinition("metrics_series_dropped_total", .counter, "Series that were not taken because a metric had too many."))
    text.appendSample("metrics_series_dropped_total", [], Double(dropped))
    return text
  }
}

extension String {
  fileprivate mutating func append(_ family: MetricsRegistry.Family) {
    let name = family.definition.name
    appendHeader(family.definition)
    for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
      switch series {
      case .counter(let counter): appendSample(name, labels.pairs, counter.value)
      case .gauge(let gauge): appendSample(name, labels.pairs, gauge.value)
      case .histogram(let histogram): append(histogram, name, labels.pairs)
      }
    }
  }

  private mutating func append(_ histogram: HistogramSeries, _ name: String, _ labels: [MetricsRegistry.Labels.Pair]) {
    let contents = histogram.value
    var count: UInt64 = 0
    for (place, bucket) in contents.buckets.enumerated() {
      count += bucket
      let bound = place < histogram.bounds.count ? Self.number(histogram.bounds[place]) : "+Inf"
      appendSample("\(name)_bucket", labels + [MetricsRegistry.Labels.Pair(name: "le", value: bound)], Double(count))
    }
    appendSample("\(name)_sum", labels, contents.sum)
    appendSample("\(name)_count", labels, Double(count))
  }

  fileprivate mutating func appendHeader(_ definition: MetricDefinition) {
    append("# HELP \(definition.name) ")
    appendEscaped(definition.help, quotes: false)
    append("\n# TYPE \(definition.name) \(definition.kind.name)\n")
  }

  fileprivate mutating func appendSample(_ name: String, _ labels: [MetricsRegistry.Labels.Pair], _ value: Double) {
    append(name)
    for (place, label) in labels.enumerated() {
      append("\(place == 0 ? "{" : ",")\(label.name)=\"")
      appendEscaped(label.value, quotes: true)
      append("\"")
    }
    append("\(labels.isEmpty ? "" : "}") \(Self.number(value))\n")
  }

  private mutating func appendEscaped(_ text: String, quotes: Bool) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": append("\\\\")
      case "\n": append("\\n")
      case "\"" where quotes: append("\\\"")
      default: unicodeScalars.append(scalar)
      }
    }
  }

  /// A number as the format writes it: whole ones without a point.
  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
    return value.description
  }
}
