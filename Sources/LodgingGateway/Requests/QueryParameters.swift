import Hummingbird

/// The parameters behind the `?`: known ones, each at most once.
struct QueryParameters {
  private var values: [String: String] = [:]

  /// Reads them; throws ``RequestCode/malformed`` that names a parameter which is unknown or comes twice.
  init(_ request: Request, known: Set<String>) throws {
    for (name, value) in request.uri.queryParameters {
      let name = String(name)
      guard known.contains(name) else {
        let list = known.sorted().joined(separator: ", ")
        throw Refusal.malformed(
          String(name.prefix(64)), "There is no such parameter here; there are: \(list.isEmpty ? "none" : list).",
          "Không có tham số này; có: \(list.isEmpty ? "không" : list).")
      }
      guard values.updateValue(String(value), forKey: name) == nil else {
        throw Refusal.malformed(name, "The parameter comes twice.", "Tham số bị lặp lại.")
      }
    }
  }

  subscript(_ name: String) -> String? { values[name] }
}
