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
      try Exit.mapping {
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
      try Exit.mapping {
        let register = try global.register(for: .reading)
        for establishment in try EstablishmentOutput.all(register) { try establishment.print(global) }
        try FileNote.tellFreshness(register)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one establishment.")
    @OptionGroup var global: GlobalOptions
    @Argument(help: "Its id.") var id: EstablishmentID

    func run() throws {
      try Exit.mapping {
        guard let establishment = try EstablishmentOutput(global.register(for: .reading), id: id) else {
          FileNote.write("there is no establishment \(id)")
          throw ExitCode(Exit.incomplete)
        }
        try establishment.print(global)
      }
    }
  }

  /// What an establishment tells about itself.
  struct DetailOptions: ParsableArguments {
    @Option(help: "Its name.") var name: String
    @Option(help: "hotel, guest-house, homestay, hospital, vehicle, private-host or other.") var kind: String
    @Option(help: "The five digits of its commune.") var commune: String
    @Flag(help: "It lies in a remote area.") var remote = false
    @Option(help: "Rooms to let.") var rooms: UInt32 = 0
    @Option(help: "Beds to let.") var beds: UInt32 = 0

    func details() throws -> EstablishmentDetails {
      guard let kind = EstablishmentKind(name: kind) else { throw ValidationError("--kind \(kind) is none of the kinds; see --help") }
      guard let commune = CommuneCode(commune) else { throw ValidationError("--commune must be five digits") }
      guard EstablishmentDetails.isName(name) else { throw ValidationError("--name must be 1 to 256 bytes without control characters") }
      return EstablishmentDetails(name: name, kind: kind, commune: commune, remote: remote, rooms: rooms, beds: beds)
    }
  }

  struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Register an establishment, or open it again.")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var details: DetailOptions
    @Argument(help: "Its id.") var id: EstablishmentID

    func run() throws { try EstablishmentsCommand.send(.establishmentOpened(details.details()), to: id, global) }
  }

  struct Change: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Change an establishment's details.")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var details: DetailOptions
    @Argument(help: "Its id.") var id: EstablishmentID

    func run() throws { try EstablishmentsCommand.send(.establishmentChanged(details.details()), to: id, global) }
  }

  struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Close an establishment: it takes no more guests.")
    @OptionGroup var global: GlobalOptions
    @Argument(help: "Its id.") var id: EstablishmentID

    func run() throws { try EstablishmentsCommand.send(.establishmentClosed, to: id, global) }
  }

  private static func send(_ body: StayEvent.Body, to id: EstablishmentID, _ global: GlobalOptions) throws {
    try Exit.mapping {
      let register = try global.register(for: .making)
      let desk = try EstablishmentDesk(register)
      defer { desk.close() }
      let decision = try desk.send(body, to: id)
      guard decision.outcome.isRegistered, let establishment = try EstablishmentOutput(register, id: id) else {
        for code in decision.codes.codes {
          let fields = decision.fields.filter { $0.code == code }.map(\.field.name).joined(separator: ", ")
          FileNote.write("\(code.name)\(fields.isEmpty ? "" : " (\(fields))"): \(code.texts.english) \(code.texts.hint)")
        }
        throw ExitCode(Exit.incomplete)
      }
      try establishment.print(global)
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
