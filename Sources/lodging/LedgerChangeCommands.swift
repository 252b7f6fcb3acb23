import ArgumentParser
import LodgingService

extension LedgerCommand {
  /// `lodging ledger source-reset`.
  struct SourceReset: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "source-reset",
      abstract: "Let a partition go on whose events log lost what was decided, or begins anew.",
      discussion: """
        A partition stands still where its events log does not hold what was decided last: going on would decide other events under the same \
        offsets. Restore the log if you can. Where you cannot, this begins a new incarnation of the events log behind the last record that is \
        still the one that was decided. What was decided keeps counting, receipts keep their names, and an event that is sent again is known \
        by its id. Without --yes it only says what would be done.

        Whoever decides goes on within a minute. Exits with 1 where the events log holds what was decided last, so that there is nothing to do.
        """)
    @OptionGroup var global: GlobalOptions
    @Option(help: "The partition.") var partition: Int
    @Option(help: "Why, in words; it stands in the ledger for good, so no personal data.") var reason: String
    @Flag(help: "Do it.") var yes = false

    func validate() throws {
      guard partition >= 0 else { throw ValidationError("--partition must be 0 or more") }
      guard !reason.isEmpty else { throw ValidationError("say why with --reason") }
    }

    func run() throws {
      try Exit.mapping(Self.self) {
        let desk = LedgerChangeDesk(try global.register(for: .writing))
        guard let output = try desk.resetSource(of: partition, reason: reason, isDecided: yes) else {
          FileNote.write("partition \(partition): the events log holds what was decided last; there is nothing to reset")
          throw ExitCode(Exit.incomplete)
        }
        if global.json { return try Output.json(output) }
        let verb = output.done ? "goes" : "would go"
        Output.line("partition \(output.partition) \(verb) on at offset \(output.nextSource) as incarnation \(output.incarnation)")
        Output.line("  decided up to offset \(output.decidedThrough); \(output.orphaned) decisions of records that are gone keep counting")
        if output.expired > 0 { Output.line("  \(output.expired) offsets left the log undecided: what they held must be sent again") }
        if !output.done { Output.line("  nothing is done without --yes") }
      }
    }
  }

  /// `lodging ledger upgrade`.
  struct Upgrade: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Let the ledger go on in the newest format and by the newest rules that this program knows.",
      discussion: """
        Install the new version on every node first: programs that do not know the version stop in front of the entry, skip nothing, and say \
        which version they need. Without --yes it only says what would be done.

        On a cluster it is refused (exit 2) while the last owner of any partition is not known to know the version, by what its program noted \
        when it committed; without --yes that is told, with exit 1. Nothing tells it of serving nodes, of validators that own no partition, \
        or of the machines where commands are given: those are yours to look at. --force goes on all the same.
        """)
    @OptionGroup var global: GlobalOptions
    @Flag(help: "Do it.") var yes = false
    @Flag(help: "Do it whatever the owners of partitions know; those that do not know the version stop.") var force = false

    func run() throws {
      try Exit.mapping(Self.self) {
        let output = try LedgerChangeDesk(global.register(for: .writing)).upgrade(isDecided: yes, isForced: force)
        if global.json { try Output.json(output) } else { print(output) }
        if !output.unready.isEmpty { throw ExitCode(Exit.incomplete) }
      }
    }

    private func print(_ output: UpgradeOutput) {
      let count = output.partitions.count
      guard count > 0 else { return Output.line("the ledger has format \(output.format) and rules \(output.rules) everywhere") }
      Output.line("\(count) partitions \(output.done ? "go" : "would go") on with format \(output.format) and rules \(output.rules)")
      for objection in output.unready.objections { Output.line("  not yet: \(objection)") }
      if !output.done { Output.line("  nothing is done without --yes") }
    }
  }
}
