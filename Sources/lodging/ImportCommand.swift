import ArgumentParser
import LodgingDomain
import LodgingService

/// `lodging import`.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import guests from a file; each row gets its verdict and receipt.",
    discussion: """
      Formats: citizens-csv and citizens-xlsx (the sheet of 19 columns), foreigners-xml, qr (one card text a line), mrz (two or three lines a \
      document). Without --arrival: now; without --departure: the next day. Importing the same file again registers nothing twice. A row about \
      an open stay with other content amends it.
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The file.") var file: String
  @Option(help: "The establishment that the guests stay at.") var establishment: EstablishmentID
  @Option(help: "auto, or one of the formats.") var format = "auto"
  @Option(help: "Arrival of rows that have none: dd/MM/yyyy [HH:mm], or yyyy-MM-ddTHH:mm[zone].") var arrival: String?
  @Option(help: "Planned departure of rows that have none.") var departure: String?
  @Option(help: "Room of rows that have none.") var room: String?
  @Option(help: "Reason of rows that have none, 1 to 20.") var reason: Int?
  @Flag(help: "Say what would become of each row, and append nothing.") var dryRun = false

  func validate() throws { _ = try options() }

  func run() throws {
    try Exit.mapping(Self.self) {
      let options = try options()
      var isComplete = true
      var explained: Set<String> = []
      var counts: [String: Int] = [:]
      let remarks = try Importer(global.register(for: .writing), options: options).run(file) { row in
        if row.isIncomplete { isComplete = false }
        counts[row.outcome, default: 0] += 1
        try print(row, explained: &explained)
      }
      for remark in remarks { FileNote.write("note: \(remark)") }
      FileNote.write(Self.totals(counts))
      guard isComplete else { throw ExitCode(Exit.incomplete) }
    }
  }

  private func options() throws -> ImportOptions {
    guard var options = ImportOptions(establishment: establishment, format: format) else {
      throw ValidationError("--format \(format) is none of auto, citizens-csv, citizens-xlsx, foreigners-xml, qr, mrz")
    }
    options.arrival = try arrival.map { try time($0, "--arrival") }
    options.departure = try departure.map { try time($0, "--departure") }
    if let room, room.utf8.count > StayDetails.roomBytesMax || !LineText.isFit(room) {
      throw ValidationError("--room must be at most \(StayDetails.roomBytesMax) bytes without control characters")
    }
    options.room = room
    if let reason {
      guard let known = StayReason(number: reason) else { throw ValidationError("--reason must be 1 to 20") }
      options.reason = known
    }
    options.isDryRun = dryRun
    return options
  }

  private func time(_ text: String, _ option: String) throws -> StatedTime {
    guard let time = try? StatedTime(parsing: text) else {
      throw ValidationError("\(option) \(text) is no time; write dd/MM/yyyy, dd/MM/yyyy HH:mm, or yyyy-MM-ddTHH:mm+07:00")
    }
    return time
  }

  /// How many rows came to what, in English and Vietnamese; an empty file is said to be one.
  private static func totals(_ counts: [String: Int]) -> String {
    let rows = counts.values.reduce(0, +)
    guard rows > 0 else { return "The file has no rows.\nTệp không có dòng nào." }
    let words = [("accepted", "chấp nhận"), ("flagged", "có cảnh báo"), ("duplicate", "trùng"), ("rejected", "từ chối")]
    let parts = words.compactMap { english, vietnamese in counts[english].map { ("\($0) \(english)", "\($0) \(vietnamese)") } }
    return "\(rows) rows: \(parts.map(\.0).joined(separator: ", "))\n\(rows) dòng: \(parts.map(\.1).joined(separator: ", "))"
  }

  /// Prints a row; what a code means is said once.
  private func print(_ row: ImportRowResult, explained: inout Set<String>) throws {
    if global.json { return try Output.json(row) }
    Output.columns([
      ("\(row.row)", 5), (row.outcome, 9), (row.receipt ?? "-", 30), (row.codes.joined(separator: ", "), 40),
    ])
    Output.fields(row.fields)
    Output.fields(row.advice)
    for reason in row.reasons where explained.insert(reason.code).inserted {
      Output.line("       \(reason.code): \(reason.text)\n       \(reason.textVietnamese)")
    }
  }
}
