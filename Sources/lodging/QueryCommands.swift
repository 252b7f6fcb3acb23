public import ArgumentParser
import Foundation
public import LodgingDomain
import LodgingService

/// `lodging occupancy`.
struct OccupancyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "occupancy", abstract: "Show how full the country, a province, a commune or an establishment is.",
    discussion: "Units: VN, two digits of a province, five digits of a commune, e:ID of an establishment.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The unit: VN, two digits, five digits, or e:ID.") var unit: UnitCode = .nation
  @Option(help: "At an earlier moment, as the register knows it now (RFC 3339); what lies ahead is answered by what is now.")
  var at: String?

  func validate() throws { _ = try moment() }

  private func moment() throws -> Instant? {
    try at.map { text in
      guard let instant = try? Instant(rfc3339: text) else {
        throw ValidationError("--at must be a time with zone, such as 2026-11-20T23:00:00+07:00")
      }
      return instant
    }
  }

  func run() throws {
    try Exit.mapping(Self.self) {
      let moment = try moment()
      let register = try global.registerToAsk()
      guard let output = try OccupancyOutput(register, unit: unit, at: moment) else {
        FileNote.tellUnknown(unit, register)
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
    if document?.trimmingCharacters(in: .whitespaces).isEmpty == true { throw ValidationError("--document must be a number") }
    if let purpose, purpose.trimmingCharacters(in: .whitespaces).isEmpty { throw ValidationError("--purpose must say something") }
    if let purpose, !LineText.isFit(purpose) { throw ValidationError("--purpose must be one line without control characters") }
  }

  func run() throws {
    try Exit.mapping(Self.self) {
      // Opening an identity is recorded.
      let register = try global.registerToAsk(isRecorded: purpose != nil)
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
      guard rows.isEmpty else { return }
      if let establishment, try !register.knows(.establishment(establishment)) {
        FileNote.write("there is no establishment \(establishment)")
      } else {
        FileNote.write("there are no such stays")
      }
      throw ExitCode(Exit.incomplete)
    }
  }
}

/// `lodging alerts`.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "alerts", abstract: "List the alerts that stand, of the country or a unit.")

  @OptionGroup var global: GlobalOptions
  @Option(help: "The unit: VN, two digits, five digits, or e:ID.") var unit: UnitCode = .nation

  func run() throws {
    try Exit.mapping(Self.self) {
      let register = try global.registerToAsk()
      guard try register.knows(unit) else {
        FileNote.tellUnknown(unit, register)
        throw ExitCode(Exit.incomplete)
      }
      for alert in try AlertOutput.all(register, unit: unit) {
        if global.json {
          try Output.json(alert)
        } else {
          Output.columns([
            (alert.severity, 8), ("\(alert.score)", 3), (alert.kind, 40), (alert.unit ?? "", 5), (alert.establishment, 14),
            (alert.reasonsEnglish.joined(separator: " "), 60),
          ])
          for words in [alert.reasonsVietnamese.joined(separator: " "), alert.note, alert.noteVietnamese].compactMap(\.self) {
            Output.line("  \(words)")
          }
        }
      }
      try FileNote.tellFreshness(register)
    }
  }
}

extension UnitCode: ExpressibleByArgument {
  /// Reads a unit as it is written.
  public init?(argument: String) {
    guard let unit = try? UnitCode(argument) else { return nil }
    self = unit
  }
}
