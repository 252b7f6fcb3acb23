/// Reads the text format 0.0.4 of Prometheus as its documentation says, written without a look at the code that writes it.
struct ExpositionReader {
  /// One metric with its samples.
  struct Family {
    var type = ""
    var hasHelp = false
    var samples: [(name: String, labels: [String: String], value: Double)] = []
  }

  /// What is wrong with a text.
  struct Malformed: Error {
    var line: String
    var why: String
  }

  private(set) var families: [String: Family] = [:]
  private var seen: Set<String> = []

  /// Reads a text; throws at the first line that breaks a rule.
  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Malformed(line: "", why: "the last line has no end") }
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("#") { try readComment(line) } else { try readSample(line) }
    }
    for (name, family) in families where family.type == "histogram" { try check(histogram: family, name) }
  }

  private mutating func readComment(_ line: String) throws {
    let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    guard words.count == 4, words[0] == "#", words[2].wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil else {
      throw Malformed(line: line, why: "no HELP or TYPE line")
    }
    var family = families[words[2]] ?? Family()
    switch words[1] {
    case "HELP" where !family.hasHelp && family.type.isEmpty: family.hasHelp = true
    case "TYPE" where family.type.isEmpty && family.samples.isEmpty && ["counter", "gauge", "histogram"].contains(words[3]):
      family.type = words[3]
    default: throw Malformed(line: line, why: "twice, out of order, or of no known kind")
    }
    families[words[2]] = family
  }

  private mutating func readSample(_ line: String) throws {
    guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/) else {
      throw Malformed(line: line, why: "no sample")
    }
    let name = String(match.1)
    let labels = try labels(match.2.map(String.init) ?? "", line)
    let number = String(match.3)
    let infinities = ["+Inf": Double.infinity, "-Inf": -Double.infinity, "NaN": .nan]
    guard let value = infinities[number] ?? Double(number) else { throw Malformed(line: line, why: "no number") }
    let key = name + labels.sorted { $0.key < $1.key }.map { "\u{0}\($0.key)\u{1}\($0.value)" }.joined()
    guard seen.insert(key).inserted else { throw Malformed(line: line, why: "the series is there twice") }
    let family = try familyName(of: name, line)
    families[family]?.samples.append((name, labels, value))
  }

  private func familyName(of name: String, _ line: String) throws -> String {
    if let family = families[name], family.type == "counter" || family.type == "gauge", family.hasHelp { return name }
    for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
      let family = String(name.dropLast(suffix.count))
      if families[family]?.type == "histogram" { return family }
    }
    throw Malformed(line: line, why: "no HELP and TYPE before it")
  }

  private func labels(_ text: String, _ line: String) throws -> [String: String] {
    var labels: [String: String] = [:]
    var rest = Substring(text)
    while !rest.isEmpty {
      guard let match = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\\\|\\"|\\n)*)"(,|$)/) else {
        throw Malformed(line: line, why: "no label")
      }
      guard labels.updateValue(String(match.2), forKey: String(match.1)) == nil else { throw Malformed(line: line, why: "a label twice") }
      rest = rest[match.range.upperBound...]
    }
    return labels
  }

  /// Buckets rise, the last one is the count.
  private func check(histogram: Family, _ name: String) throws {
    var buckets: [String: [(bound: Double, count: Double)]] = [:]
    var counts: [String: Double] = [:]
    for sample in histogram.samples {
      var labels = sample.labels
      let bound = labels.removeValue(forKey: "le")
      let key = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      if sample.name == name + "_bucket" {
        buckets[key, default: []].append((bound == "+Inf" ? .infinity : Double(bound ?? "") ?? .nan, sample.value))
      } else if sample.name == name + "_count" {
        counts[key] = sample.value
      }
    }
    for (key, list) in buckets {
      let isRising = zip(list, list.dropFirst()).allSatisfy { $0.bound < $1.bound && $0.count <= $1.count }
      guard isRising, list.last?.bound == .infinity, list.last?.count == counts[key] else {
        throw Malformed(line: "\(name){\(key)}", why: "the buckets do not add up")
      }
    }
  }
}
