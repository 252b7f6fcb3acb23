import ArgumentParser
import LodgingService

/// `lodging catalogue`.
struct CatalogueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalogue",
    abstract: "List every code: where it applies, how grave it is, what it means in Vietnamese and English, and what to do.",
    discussion: "Codes of rejections, flags, the quarantine, HTTP requests and alerts.")

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Exit.mapping(Self.self) {
      for row in CatalogueOutput.all { if global.json { try Output.json(row) } else { print(row) } }
    }
  }

  private func print(_ row: CatalogueOutput) {
    let http = row.status.map { " HTTP \($0) \(row.statusName ?? "")." } ?? ""
    let mildest = row.severities.first ?? row.severity
    let severity = mildest == row.severity ? row.severity : "\(mildest) to \(row.severity)"
    Output.line("\(row.code)  [\(severity)]  \(row.placeEnglish) · \(row.placeVietnamese)")
    Output.line("  \(row.english)\(http) \(row.hintEnglish)\n  \(row.vietnamese)\(http) \(row.hintVietnamese)")
  }
}
