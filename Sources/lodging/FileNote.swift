import LodgingDomain
import LodgingService

/// Says something to the person at the terminal, on stderr.
enum FileNote {
  static func write(_ text: String) { StandardStream.errors(text + "\n") }

  /// Says that there is no such unit, and what became of it where there was one.
  static func tellUnknown(_ unit: UnitCode, _ register: Register) {
    write("there is no unit \(unit)" + (register.catalogue.wordsOnFormer(unit).map { ": " + $0 } ?? ""))
  }

  /// Says how far the rows that were printed are behind, where they are.
  static func tellFreshness(_ register: Register) throws {
    if let words = try Freshness(register).words { write("note: \(words)") }
  }

  /// The same where this folder's read model is one of many.
  static func tellFreshnessOnCluster(_ register: Register) throws {
    if !register.log.isEmbedded { try tellFreshness(register) }
  }
}
