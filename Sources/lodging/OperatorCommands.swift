import ArgumentParser
import LodgingDomain
import LodgingService

/// A place in a log.
struct PlaceOptions: ParsableArguments {
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The partition.") var partition: Int
  @Argument(help: "The offset in it.") var offset: Int64

  func validate() throws {
    guard partition >= 0, offset >= 0 else { throw ValidationError("partition and offset must be 0 or more") }
  }
}

/// `lodging ledger`.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Look at the ledger's entries, and decide how it goes on.",
    subcommands: [Tail.self, Show.self, SourceReset.self, Upgrade.self])

  struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the last entries of a partition.")
    @OptionGroup var global: GlobalOptions
    @Option(help: "The partition.") var partition = 0
    @Option(help: "How many.") var count = 20

    func validate() throws {
      guard count > 0 else { throw ValidationError("--count must be 1 or more") }
      guard partition >= 0 else { throw ValidationError("--partition must be 0 or more") }
    }

    func run() throws {
      try Exit.mapping(Self.self) {
        for entry in try LedgerDesk(global.register(for: .reading)).tail(partition: partition, count: count) {
          try LedgerCommand.print(entry, global)
        }
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one entry.")
    @OptionGroup var place: PlaceOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        guard let entry = try LedgerDesk(place.global.register(for: .reading)).show(partition: place.partition, offset: place.offset) else {
          FileNote.write("there is no entry at \(place.partition):\(place.offset)")
          throw ExitCode(Exit.incomplete)
        }
        try LedgerCommand.print(entry, place.global)
      }
    }
  }

  private static func print(_ entry: EntryOutput, _ global: GlobalOptions) throws {
    if global.json { return try Output.json(entry) }
    Output.columns([
      ("\(entry.partition):\(entry.offset)", 12), (entry.counts ? "counts" : "ignored", 7), (entry.kind, 11), (entry.now ?? "", 26),
      (entry.outcome ?? entry.reason ?? "", 10), (entry.establishment ?? "", 14), (entry.codes?.joined(separator: ", ") ?? "", 40),
    ])
    if let note = entry.note { Output.line("  \(note)") }
  }
}

/// `lodging quarantine`.
struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Look at records that are no events, and send them again once they are.",
    subcommands: [List.self, Show.self, Replay.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let register = try global.registerToAsk()
        for row in try QuarantineDesk(register).list() { try QuarantineCommand.print(row, global) }
        try FileNote.tellFreshness(register)
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show one with the beginning of its bytes; the offset is that on the events topic.")
    @OptionGroup var place: PlaceOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let register = try place.global.registerToAsk()
        guard let row = try QuarantineDesk(register).show(partition: place.partition, source: place.offset) else {
          FileNote.write("\(place.partition):\(place.offset) is not in quarantine")
          try FileNote.tellFreshnessOnCluster(register)
          throw ExitCode(Exit.incomplete)
        }
        try QuarantineCommand.print(row, place.global)
      }
    }
  }

  struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send a record again as an event: under its right key, after an upgrade, or repaired.",
      discussion: """
        The event keeps its id and its time of receipt and says which record it was. What is registered already is a duplicate with its \
        first receipt, so sending again doubles nothing. The record stays in quarantine; `list` shows what became of it. Exits with 1 where \
        a record cannot be sent or its event is rejected.
        """)
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The partition.") var partition: Int?
    @Argument(help: "The offset on the events topic.") var source: Int64?
    @Flag(help: "All records of which no event is registered yet.") var all = false
    @Option(help: ArgumentHelp("The bytes of the event to send in the record's place.", valueName: "file")) var repaired: String?
    @Flag(help: "Say what would become of each, and append nothing.") var dryRun = false

    func validate() throws {
      guard all ? partition == nil && repaired == nil : partition != nil && source != nil else {
        throw ValidationError("give a partition and an offset, or --all; --repaired goes with one record")
      }
    }

    func run() throws {
      try Exit.mapping(Self.self) {
        let bytes = try repaired.map { try ReplayInput.read($0) }
        let register = try global.register(for: .writing)
        let desk = try QuarantineReplay(register, isDryRun: dryRun)
        defer { desk.close() }
        var rows = 0
        var left = 0
        func show(_ row: ReplayOutput) throws {
          rows += 1
          if !row.isDone { left += 1 }
          try print(row)
        }
        if let partition, let source {
          guard let row = try desk.replay(partition: partition, source: source, repaired: bytes) else {
            FileNote.write("\(partition):\(source) is not in quarantine")
            throw ExitCode(Exit.incomplete)
          }
          try show(row)
        } else {
          try desk.replayAll(onRow: show)
        }
        if rows == 0 {
          FileNote.write("there is nothing to send again")
          try FileNote.tellFreshness(register)
        }
        if rows == 0 || left > 0 { throw ExitCode(Exit.incomplete) }
      }
    }

    private func print(_ row: ReplayOutput) throws {
      if global.json { return try Output.json(row) }
      Output.columns([
        ("\(row.partition):\(row.source)", 12), (row.outcome, 11), (row.replay.map { "\($0.partition):\($0.source)" } ?? "-", 12),
        (row.receipt ?? "-", 30), (row.codes.joined(separator: ", "), 40),
      ])
      for words in [row.reason, row.note, row.noteVietnamese].compactMap({ $0 }) { Output.line("  \(words)") }
    }
  }

  private static func print(_ row: QuarantineOutput, _ global: GlobalOptions) throws {
    if global.json { return try Output.json(row) }
    Output.columns([("\(row.partition):\(row.source)", 12), (row.code, 24), ("\(row.size) bytes", 12), (row.at, 26), (row.reason, 60)])
    for replay in row.replays {
      Output.line("  sent again as \(replay.partition):\(replay.source): \(replay.outcome) \(replay.receipt ?? "")")
    }
    for words in [row.bytes, row.note, row.noteVietnamese].compactMap({ $0 }) { Output.line("  \(words)") }
  }
}

/// `lodging rebuild`.
struct RebuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild", abstract: "Fold the ledger anew and replace the read model by the result; nothing is lost by it.")

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Exit.mapping(Self.self) {
      let events = try Rebuild.run(global.folder(), log: global.logChoice(), clock: SystemClock(), logger: GlobalOptions.logger)
      if global.json { return try Output.json(["events": events]) }
      Output.line("rebuilt: \(Output.number(events)) events")
    }
  }
}
