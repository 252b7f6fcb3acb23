import ArgumentParser
import LodgingService

/// `lodging retention`.
struct RetentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention", abstract: "Say how long decided events are kept in the events log, and remove those that are older.",
    discussion: """
      The ledger keeps every decided event for good. The events log keeps them for some days after the decision (14 unless set), and what is \
      not decided always. Whoever decides removes old events once an hour; `apply` does it now. With the events go the bytes of records in \
      quarantine.
      """,
    subcommands: [Show.self, Set.self, Apply.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the days, and what each partition holds.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let retention = try EventRetention(global.register(for: .reading))
        try RetentionCommand.print(days: retention.days(), retention.show(), global)
      }
    }
  }

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Set how many days decided events are kept.")
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The days, 1 to 36500, or `forever`.") var days: String

    func validate() throws { _ = try number() }

    /// The days; nil is for ever.
    private func number() throws -> Int? {
      guard days != "forever" else { return nil }
      let allowed = EventRetention.daysAllowed
      guard let number = Int(days), allowed.contains(number) else {
        throw ValidationError("say a number of days from \(allowed.lowerBound) to \(allowed.upperBound), or `forever`")
      }
      return number
    }

    func run() throws {
      try Exit.mapping(Self.self) {
        let days = try number()
        let retention = try EventRetention(global.register(for: .writing))
        try retention.set(days: days)
        try RetentionCommand.print(days: retention.days(), [], global)
      }
    }
  }

  struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove what is old enough now.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let retention = try EventRetention(global.register(for: .writing))
        try RetentionCommand.print(days: retention.days(), retention.apply(), global)
      }
    }
  }

  private struct Summary: Encodable {
    /// Nil is for ever.
    var days: Int?
    var events: Int64
    var removed: Int64
    var partitions: [EventRetention.Row]
  }

  private static func print(days: Int?, _ rows: [EventRetention.Row], _ global: GlobalOptions) throws {
    let summary = Summary(
      days: days, events: rows.reduce(0) { $0 + $1.to - $1.from }, removed: rows.reduce(0) { $0 + $1.removed }, partitions: rows)
    if global.json { return try Output.json(summary) }
    Output.line(days.map { "decided events are kept \($0) days" } ?? "decided events are kept for ever")
    guard !rows.isEmpty else { return }
    Output.line("  \(Output.number(Int(summary.events))) events held, \(Output.number(Int(summary.removed))) removed now")
    for row in rows where row.to > row.from {
      Output.columns([("  partition \(row.partition)", 16), ("\(row.from) to \(row.to - 1)", 24), ("since \(row.oldest ?? "-")", 40)])
    }
  }
}
