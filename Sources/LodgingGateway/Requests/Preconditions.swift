import Hummingbird

/// Entity tags, and whether a client has an answer already (RFC 9110, sections 8.8.3 and 13.1.2).
enum EntityTag {
  /// The form of the answers; raised whenever an answer to the same question about the same version looks different.
  private static let form = 1

  /// The tag of an answer by its name.
  static func of(_ name: String) -> String { "\"\(form)-\(name)\"" }

  /// Whether the request names this tag as one that the client has.
  static func isKnown(_ tag: String, to request: Request) -> Bool {
    guard let field = request.headers[.ifNoneMatch] else { return false }
    return field.split(separator: ",").contains { part in
      var name = part.drop { $0 == " " || $0 == "\t" }
      while name.last == " " || name.last == "\t" { name.removeLast() }
      if name.hasPrefix("W/") { name.removeFirst(2) }
      return name == "*" || name == tag
    }
  }
}

/// How long a client wants to wait, from `Prefer: wait=N` (RFC 7240, section 4.3).
enum WaitPreference {
  /// The seconds; nil where the request says nothing that can be understood, as the standard wants it.
  static func seconds(_ request: Request) -> Int? {
    guard let name = HTTPFieldNames.prefer, let field = request.headers[name] else { return nil }
    for part in field.split(whereSeparator: { $0 == "," || $0 == ";" }) {
      let words = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\t" } }
      if words.count == 2, words[0].lowercased() == "wait", let seconds = Int(words[1]), seconds >= 0 { return seconds }
    }
    return nil
  }
}
