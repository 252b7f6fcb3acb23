import ArgumentParser
import Foundation
import LodgingDomain
import LodgingService

/// `lodging occupancy`.
struct OccupancyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "occupancy", abstract: "Show how full the country, a province, a commune or an establishment is.",
    discussion: "Units: VN, two digits of a province, five digits of a commune, e:ID of an establishment.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The unit.") var unit = "VN"
  @Option(help: "At an earlier moment, as the register knows it now (RFC 3339); what lies ahead is answered by what is now.")
  var at: String?

  func run() throws {
    try Exit.mapping {
      guard let code = try? UnitCode(unit) else { throw ValidationError("\(unit) is no unit; see --help") }
      let moment = try at.map { text in
        guard let instant = try? Instant(rfc3339: text) else {
          throw ValidationError("--at must be a time with zone, such as 2026-11-20T23:00:00+07:00")
        }
        return instant
      }
      let register = try global.register(for: .reading)
      guard let output = try OccupancyOutput(register, unit: code, at: moment) else {
        FileNote.write("there is no unit \(unit)" + (register.catalogue.wordsOnFormer(code).map { ": " + $0 } ?? ""))
        throw ExitCode(Exit.incomplete)
      }
      if global.json { try Output.json(output) } else { print(output) }
    }
  }

  private func print(_ output: OccupancyOutput) {
    Output.line("\(output.unit) \(output.name ?? "")  as of \(output.asOf ?? "-")")
    if let note = output.note { Output.line("  \(note)") }
    Output.line(
      "  guests \(Output.number(output.guests)) (present \(output.present), overdue \(output.overdue)), presumed left \(output.presumedLeft)"
    )
    Output.line("  citizens \(output.citizens), foreigners \(output.foreigners), minors \(output.minors)")
    Output.line("  rooms \(output.rooms) of \(output.capacity.rooms), beds \(output.beds) of \(output.capacity.beds)")
    let children = (output.children ?? []).filter { $0.guests > 0 }.sorted { ($1.guests, $0.unit) < ($0.guests, $1.unit) }
    let most = max(1, children.first?.guests ?? 1)
    for child in children {
      Output.columns([
        ("  " + child.unit, 18), (child.name ?? "", 30), (Output.number(child.guests), 9),
        (Output.bar(Double(child.guests) / Double(most), width: 30), 30),
      ])
    }
  }
}

/// `lodging stays`.
struct StaysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stays", abstract: "List stays; identities are masked unless a purpose is given, which is recorded.")

  @OptionGroup var global: GlobalOptions
  @Option(help: "The stays of an establishment.") var establishment: EstablishmentID?
  @Option(help: "The stays under a document number.") var document: String?
  @Option(help: "Why identities are opened; it is recorded before they are.") var purpose: String?

  func validate() throws {
    guard (establishment == nil) != (document == nil) else { throw ValidationError("give either --establishment or --document") }
    if let purpose, purpose.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--purpose must say something") }
  }

  func run() throws {
    try Exit.mapping {
      // Opening an identity is recorded.
      let register = try global.register(for: purpose == nil ? .reading : .writing)
      let desk = StayDesk(register)
      let rows =
        if let establishment {
          try desk.stays(of: establishment, purpose: purpose)
        } else {
          try desk.stays(document: document ?? "", purpose: purpose)
        }
      for row in rows {
        if global.json {
          try Output.json(row)
        } else {
          let who = row.identity.fullName ?? row.identity.note ?? row.identity.state
          Output.columns([(row.establishment, 14), (row.presence, 13), (row.room, 6), (row.arrival, 26), (row.departure, 26), (who, 40)])
          if let note = row.identity.noteVietnamese { Output.line("  \(note)") }
        }
      }
      try FileNote.tellFreshness(register)
      if document != nil { for note in desk.unsearchable { FileNote.write("\(note.english)\n\(note.vietnamese)") } }
      if rows.isEmpty { throw ExitCode(Exit.incomplete) }
    }
  }
}

/// `lodging alerts`.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "alerts", abstract: "List the alerts that stand, of the country or a unit.")

  @OptionGroup var global: GlobalOptions
  @Option(help: "The unit.") var unit = "VN"

  func run() throws {
    try Exit.mapping {
      guard let code = try? UnitCode(unit) else { throw ValidationError("\(unit) is no unit") }
      let register = try global.register(for: .reading)
      for alert in try AlertOutput.all(register, unit: code) {
        if global.json {
          try Output.json(alert)
        } else {
          Output.columns([
            (alert.severity, 8), ("\(alert.score)", 3), (alert.kind, 40), (alert.unit ?? "", 5), (alert.establishment, 14),
            (alert.reasons.joined(separator: "; "), 60),
          ])
          if let note = alert.note { Output.line("  \(note)") }
        }
      }
      try FileNote.tellFreshness(register)
    }
  }
}

/// `lodging catalogue`.
struct CatalogueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalogue", abstract: "List every code with its severity, its text in Vietnamese and English, and what to do.")

  @OptionGroup var global: GlobalOptions

  private struct Row: Encodable {
    var code: String
    var severity: String
    var en: String
    var vi: String
    var hintEnglish: String
    var hintVietnamese: String
    var retryable: Bool

    enum CodingKeys: String, CodingKey {
      case code, severity, en, vi, retryable
      case hintEnglish = "hint_en"
      case hintVietnamese = "hint_vi"
    }

    init(_ name: String, _ texts: CodeDescription, retryable: Bool) {
      code = name
      severity = texts.severity.rawValue
      en = texts.english
      vi = texts.vietnamese
      hintEnglish = texts.hint
      hintVietnamese = texts.hintVietnamese
      self.retryable = retryable
    }
  }

  func run() throws {
    try Exit.mapping {
      var rows = Code.allCases.map { Row($0.name, $0.texts, retryable: $0.isRetryable) }
      rows.append(Row(Code.checkDocument, Code.checkDocumentDescription, retryable: false))
      for row in rows {
        if global.json {
          try Output.json(row)
        } else {
          Output.line("\(row.code)  [\(row.severity)]\n  \(row.en) \(row.hintEnglish)\n  \(row.vi) \(row.hintVietnamese)")
        }
      }
    }
  }
}
