import ArgumentParser
import LodgingDomain
import LodgingService

/// `lodging residents`.
struct ResidentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "residents", abstract: "Load, make or ask the resident directory, which holds keyed fingerprints and no names.",
    subcommands: [Load.self, Change.self, Delete.self, Generate.self, LookUp.self])

  struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Load residents.csv: rows replace residents of the same number, others stay.",
      discussion: "Columns: number,full_name,birth_date,sex,status,document_number,document_expiry. Bad rows are left out and listed.")

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Take out residents that the file does not have.") var replace = false
    @Argument(help: "The file.") var file: String

    func run() throws {
      try Exit.mapping(Self.self) {
        let line = ProgressLine()
        let register = try global.register(for: .loadingResidents(startingAnew: replace))
        let output = try ResidentLoadOutput(register, file: file, startingAnew: replace) { bytes, total, rows in
          line.show("residents", bytes, of: total, note: "\(Output.number(rows)) rows")
        }
        line.end()
        try output.print(global)
      }
    }
  }

  struct Change: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add or replace a few residents at once, from a file in the form of residents.csv.",
      discussion: "Every running process knows the change within a second, and none has to read the directory's files again.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The file, at most 20,000 rows.") var file: String

    func run() throws {
      try Exit.mapping(Self.self) { try ResidentChangeDesk(global.register(for: .making)).change(file).print(global) }
    }
  }

  /// A resident by their number.
  struct NumberOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The twelve digits.") var number: String

    func validate() throws { _ = try personalNumber() }

    /// The number; what was written instead is not repeated.
    func personalNumber() throws -> PersonalNumber {
      guard let number = try? PersonalNumber(number) else { throw ValidationError("a personal number has twelve digits") }
      return number
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take one resident out of the directory.")

    @OptionGroup var resident: NumberOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let isDone = try ResidentChangeDesk(resident.global.register(for: .writing)).delete(resident.personalNumber())
        if resident.global.json { try Output.json(["deleted": isDone]) } else { Output.line(isDone ? "taken out" : "not known") }
        if !isDone { throw ExitCode(Exit.incomplete) }
      }
    }
  }

  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write a residents.csv of people who do not exist.")

    @OptionGroup var global: GlobalOptions
    @Option(help: "Rows.") var rows: Int
    @Option(help: "What they are drawn from.") var seed: UInt64 = 1
    @Option(help: "The file.") var out: String

    func validate() throws {
      guard (1...Self.rowsMax).contains(rows) else { throw ValidationError("--rows must be 1 to \(Output.number(Self.rowsMax))") }
    }

    /// Ten times the country.
    private static let rowsMax = 1_000_000_000

    func run() throws {
      try Exit.mapping(Self.self) {
        let line = ProgressLine()
        let summary = try ResidentGenerator.write(rows: rows, seed: seed, to: out) { line.show("residents", $0, of: rows) }
        line.end()
        if global.json { return try Output.json(["rows": summary.rows, "bytes": summary.bytes]) }
        Output.line("\(Output.number(summary.rows)) rows, \(Output.number(summary.bytes)) bytes")
      }
    }
  }

  struct LookUp: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lookup", abstract: "Say what is known of a personal number: status, and whether a document is on record.")

    @OptionGroup var resident: NumberOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let found = try ResidentLookupOutput(resident.global.register(for: .reading), number: resident.personalNumber())
        if resident.global.json {
          try Output.json(found)
        } else {
          Output.line(
            found.status.map { "known, \($0), \(found.document == true ? "with" : "without") a document on record" } ?? "not known")
        }
        if !found.found { throw ExitCode(Exit.incomplete) }
      }
    }
  }
}

extension ResidentLoadOutput {
  /// Prints bad rows and counts; a row that was left out makes the exit code 1.
  func print(_ global: GlobalOptions) throws {
    for note in [note, spread].compactMap(\.self) { FileNote.write("note: \(note)") }
    for row in badRows {
      if global.json {
        try Output.json(row)
      } else {
        Output.line("row \(row.row): \(row.field): \(row.code): \(row.hint)\n       \(row.hintVietnamese)")
      }
    }
    if global.json {
      try Output.json(counts)
    } else {
      Output.line("\(Output.number(counts.rows)) rows, \(Output.number(counts.loaded)) loaded, \(Output.number(counts.bad)) bad")
    }
    if counts.bad > 0 { throw ExitCode(Exit.incomplete) }
  }
}
