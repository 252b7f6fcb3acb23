import ArgumentParser
import LodgingService

/// `lodging topics`.
struct TopicsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics", abstract: "Set up a Kafka cluster's topics, or check them.", subcommands: [Create.self, Check.self])

  struct Plan: ParsableArguments {
    @Option(help: "Partitions of events and ledger; fixed once the ledger has begun.") var partitions = 64
    @Option(help: "Copies of each partition.") var replication = 3
    @Option(help: "For how many days events are kept at least.") var eventDays = 14
    @Option(name: .customLong("chain"), help: ArgumentHelp("A chain with a topic of its own; may be repeated.", valueName: "principal"))
    var chains: [String] = []

    func validate() throws {
      guard (1...10_000).contains(partitions) else { throw ValidationError("--partitions takes 1 to 10000") }
      guard (1...100).contains(replication) else { throw ValidationError("--replication takes 1 to 100") }
      guard (1...3650).contains(eventDays) else { throw ValidationError("--event-days takes 1 to 3650") }
      for chain in chains where chain.wholeMatch(of: /[A-Za-z0-9._-]{1,100}/) == nil {
        throw ValidationError("--chain \(chain): a topic's name holds letters, digits, '.', '_' and '-' only")
      }
    }

    func desk(_ global: GlobalOptions) throws -> TopicDesk {
      guard
        let desk = try TopicDesk(
          global.folder(), global.logChoice(), partitions: partitions, replicas: replication, eventDays: eventDays, chains: chains,
          clock: SystemClock())
      else { throw ValidationError("the embedded log has no topics to set up: say --log kafka://host:port") }
      return desk
    }
  }

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the topics that are missing and begin the ledger; what exists is not changed.")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var plan: Plan
    @Flag(help: "Begin no ledger: for `lodging restore`, which brings one.") var empty = false

    func run() throws {
      try Exit.mapping(Self.self) {
        let desk = try plan.desk(global)
        try TopicsCommand.report(empty ? desk.createEmpty() : desk.create(), global, isEmpty: empty)
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hold topics and ledger against what they must be; exit code 1 where something differs.")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var plan: Plan

    func run() throws { try Exit.mapping(Self.self) { try TopicsCommand.report(plan.desk(global).check(), global) } }
  }

  private static func report(_ rows: [TopicOutput], _ global: GlobalOptions, isEmpty: Bool = false) throws {
    for row in rows {
      if global.json {
        try Output.json(row)
        continue
      }
      let place = row.partition.map { "\(row.topic)[\($0)]" } ?? row.topic
      let found = row.due.map { "\(row.found ?? "nothing"), must be \($0)" } ?? row.found ?? ""
      Output.columns([(place, 32), (row.what, 30), (found, 50), (row.remedy ?? "", 60)])
    }
    if !global.json, !rows.contains(where: \.isDifference) {
      Output.line("\(isEmpty ? "topics" : "topics and ledger") are as they must be")
    }
    if rows.contains(where: \.isDifference) { throw ExitCode(Exit.incomplete) }
  }
}
