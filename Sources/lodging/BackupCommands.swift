import ArgumentParser
import LodgingService

/// `lodging backup`.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the register as it is at one moment, beside running processes.",
    discussion: """
      The backup holds the logs, what derives from them, and the residents; not the keys, unless --with-keys is given: whoever has both reads \
      every identity, so keep them apart. DIR must be missing or empty, and gets its name when the backup is complete and on the disk. \
      Interrupted, or on a full disk, nothing is there; begin again.

      A backup is checked by `lodging restore`, or by `lodging audit --data DIR` where it has the keys.

      Of a register on a cluster it holds events and ledger with their offsets and times, the changes of residents, access keys, notices, \
      disclosures, and the residents of the folder: all that cannot be made anew from the ledger.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The folder of the backup.") var dir: String
  @Flag(help: "Copy the key ring too.") var withKeys = false

  func run() throws {
    try Exit.mapping(Self.self) {
      let line = ProgressLine()
      let output = try Backup.make(
        of: global.folder(), log: global.logChoice(), at: dir, withKeys: withKeys, clock: SystemClock(),
        records: { line.show("records", $0, of: $1) })
      line.end()
      if global.json { return try Output.json(output) }
      Output.line("\(Output.number(output.files)) files, \(Output.number(output.bytes)) bytes in \(output.folder), as of \(output.begun)")
      if !output.keys { Output.line("  without the keys: back up keys.json apart from it") }
    }
  }
}

/// `lodging restore`.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a backup in the place of a register's folder, or onto a cluster, and check it.",
    discussion: """
      The folder of --data must be missing or empty. Every file is compared with what the backup says of it, every database is checked, and \
      where keys are there the restored register is audited; only then does the folder get its name. Interrupted, or on a full disk, nothing \
      is there; begin again.

      Exits with 1 where the audit finds something that does not agree; the folder is there then, as it was backed up.

      With --log kafka://… the backup, of a cluster or of one machine, goes onto empty topics (`lodging topics create --empty`) while no node \
      runs: the ledger entry by entry, and the events that were not decided yet. Events are numbered from 0 again, which the ledger says. \
      Interrupted, the same command goes on; until it ends, no node starts. The folder of --data gets keys and residents where it has none.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The folder of the backup.") var dir: String
  @Option(help: ArgumentHelp("The key ring to restore with (default: that of the backup).", valueName: "file")) var keys: String?

  func run() throws {
    try Exit.mapping(Self.self) {
      let (choice, folder) = (try global.logChoice(), try global.folder())
      let line = ProgressLine()
      let cluster = try ClusterRestore(from: dir, to: folder, choice, keys: keys, logger: GlobalOptions.logger)
      let output =
        try cluster?.run(clock: SystemClock()) { line.show($0, $1, of: $2) }
        ?? Restore.run(from: dir, to: folder, keys: keys, clock: SystemClock(), logger: GlobalOptions.logger)
      line.end()
      if global.json { try Output.json(output) } else { print(output) }
      if output.audit?.ok == false { throw ExitCode(Exit.incomplete) }
    }
  }

  private func print(_ output: Restore.Output) {
    Output.line("\(Output.number(output.files)) files, \(Output.number(output.bytes)) bytes in \(output.folder), as of \(output.begun)")
    if let cluster = output.cluster { print(cluster) }
    guard let audit = output.audit else { return Output.line("  without keys, so not audited: put keys.json into the folder") }
    Output.line(audit.ok ? "  the audit is ok" : "  the audit is NOT OK; see `lodging audit`")
  }

  private func print(_ counts: Restore.ClusterCounts) {
    Output.line(
      "  \(Output.number(Int(counts.entries))) entries of the ledger are on the cluster; in \(Output.number(counts.resets)) partitions events are "
        + "numbered from 0 again")
    Output.line("  \(Output.number(Int(counts.undecided))) events wait to be decided")
    if counts.expired > 0 {
      Output.line(
        "  \(Output.number(Int(counts.expired))) offsets had left the events topic undecided: senders send again what has no receipt")
    }
    if counts.oversized > 0 {
      Output.line("  \(Output.number(counts.oversized)) undecided records are too large to be events, and left in the backup")
    }
  }
}
