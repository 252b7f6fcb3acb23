import LodgingService

/// Says something to the person at the terminal, on stderr.
enum FileNote {
  static func write(_ text: String) { StandardStream.errors(text + "\n") }

  /// Says how far the rows that were printed are behind, where they are.
  static func tellFreshness(_ register: Register) throws {
    if let words = try Freshness(register).words { write("note: \(words)") }
  }
}
