public import ArgumentParser
public import LodgingDomain
import LodgingService

/// `lodging establishments`.
struct EstablishmentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "establishments", abstract: "Register, change, close and list lodging establishments.",
    subcommands: [Load.self, List.self, Show.self, Open.self, Change.self, Close.self])

  struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Load establishments.csv: opens what is new, changes what differs, closes what is closed.",
      discussion: "Columns: id,name,kind,commune,remote,rooms,beds,status.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The file.") var file: String

    func run() throws {
      try Exit.mapping(Self.self) {
        let desk = try EstablishmentDesk(global.register(for: .making))
        defer { desk.close() }
        var rejected = 0
        try desk.load(file) { row in
          if row.outcome == Outcome.rejected.name { rejected += 1 }
          if global.json { return try Output.json(row) }
          Output.line("row \(row.row)  \(row.id)  \(row.outcome)")
          Output.fields(row.fields)
        }
        if rejected > 0 { throw ExitCode(Exit.incomplete) }
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List all establishments.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let register = try global.registerToAsk()
        for establishment in try EstablishmentOutput.all(register) { try establishment.print(global) }
        try FileNote.tellFreshness(register)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one establishment.")
    @OptionGroup var subject: SubjectOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let register = try subject.global.registerToAsk()
        guard let establishment = try EstablishmentOutput(register, id: subject.id) else {
          FileNote.write("there is no establishment \(subject.id)")
          try FileNote.tellFreshnessOnCluster(register)
          throw ExitCode(Exit.incomplete)
        }
        try establishment.print(subject.global)
      }
    }
  }

  /// What every command about one establishment takes.
  struct SubjectOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @Argument(help: "Its id: 1 to 32 letters without accents, digits, and . _ -") var id: EstablishmentID
  }

  /// What an establishment tells about itself.
  struct DetailOptions: ParsableArguments {
    @OptionGroup var subject: SubjectOptions
    @Option(help: "Its name.") var name: String
    @Option(help: "hotel, guest-house, homestay, hospital, vehicle, private-host or other.") var kind: String
    @Option(help: "The five digits of its commune.") var commune: String
    @Flag(help: "It lies in a remote area.") var remote = false
    @Option(help: "Rooms to let.") var rooms = "0"
    @Option(help: "Beds to let.") var beds = "0"

    func validate() throws {
      let problems = EstablishmentForm.problems(written)
      guard problems.isEmpty else {
        let lines = problems.map { "--\($0.field): \($0.text)\n       \($0.textVietnamese)" }
        throw ValidationError(lines.joined(separator: "\n       "))
      }
    }

    func details() throws -> EstablishmentDetails { try EstablishmentDetails(written) }

    private var written: WrittenEstablishment {
      WrittenEstablishment(name: name, kind: kind, commune: commune, remote: "\(remote)", rooms: rooms, beds: beds)
    }
  }

  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Register an establishment, or open it again.")
    @OptionGroup var details: DetailOptions

    func run() throws { try details.subject.send(Self.self) { .establishmentOpened(try details.details()) } }
  }

  struct Change: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Change an establishment's details.")
    @OptionGroup var details: DetailOptions

    func run() throws { try details.subject.send(Self.self) { .establishmentChanged(try details.details()) } }
  }

  struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Close an establishment: it takes no more guests.")
    @OptionGroup var subject: SubjectOptions

    func run() throws { try subject.send(Self.self) { .establishmentClosed } }
  }
}

extension EstablishmentsCommand.SubjectOptions {
  /// Sends an event about the establishment and prints what it is then, or why the event is refused.
  fileprivate func send(_ command: any ParsableCommand.Type, _ body: () throws -> StayEvent.Body) throws {
    try Exit.mapping(command) {
      let register = try global.register(for: .making)
      let desk = try EstablishmentDesk(register)
      defer { desk.close() }
      let decision = try desk.send(body(), to: id)
      guard decision.outcome.isRegistered, let establishment = try EstablishmentOutput(register, id: id) else {
        tell(decision)
        throw ExitCode(Exit.incomplete)
      }
      try establishment.print(global)
    }
  }

  private func tell(_ decision: Decision) {
    let fields = EstablishmentForm.fields(of: decision)
    for field in fields { FileNote.write("\(field.code) (\(field.field)): \(field.text)\n  \(field.textVietnamese)") }
    for code in decision.codes.codes where !fields.contains(where: { $0.code == code.name }) {
      let texts = code.texts
      FileNote.write("\(code.name): \(texts.english) \(texts.hint)\n  \(texts.vietnamese) \(texts.hintVietnamese)")
    }
  }
}

extension EstablishmentOutput {
  /// Prints the establishment as a row.
  func print(_ global: GlobalOptions) throws {
    if global.json { return try Output.json(self) }
    Output.columns([(id, 16), (status, 6), (kind, 12), (commune, 5), ("\(guests)/\(beds) beds", 12), (name, 40)])
  }
}

extension EstablishmentID: ExpressibleByArgument {
  /// Reads an id as it is written.
  public init?(argument: String) {
    guard let id = try? EstablishmentID(argument) else { return nil }
    self = id
  }
}
