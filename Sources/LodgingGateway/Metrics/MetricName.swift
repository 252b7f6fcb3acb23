/// Brings names of other people's metrics into the form that Prometheus takes.
enum MetricName {
  /// The name of a metric that nobody defined: unknown characters become `_`, counters end with `_total`, durations with `_seconds`.
  static func of(_ label: String, _ kind: MetricDefinition.Kind) -> String {
    var name = clean(label, allowing: ":")
    if kind == .counter, !name.hasSuffix("_total") { name += "_total" }
    if kind == .histogram(MetricDefinition.seconds), !name.hasSuffix("_seconds") { name += "_seconds" }
    return name
  }

  /// The name of a label.
  static func label(_ name: String) -> String { clean(name, allowing: nil) }

  private static func clean(_ text: String, allowing extra: Unicode.Scalar?) -> String {
    var name = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isDigit = ("0"..."9").contains(scalar)
      let isTaken = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || isDigit || scalar == extra
      if name.isEmpty, isDigit { name.append("_") }
      name.append(isTaken ? scalar : "_")
    }
    return name.isEmpty ? "_" : String(name)
  }
}
