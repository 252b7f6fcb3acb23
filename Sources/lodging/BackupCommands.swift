import ArgumentParser
import LodgingService

/// `lodging backup`.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the register's folder as it is at one moment, beside running processes.",
    discussion: """
      The backup holds the logs, what derives from them, and the residents; not the keys, unless --with-keys is given: whoever has both reads \
      every identity, so keep them apart. DIR must be missing or empty, and gets its name when the backup is complete and on the disk. \
      Interrupted, or on a full disk, nothing is there; begin again.

      A backup is checked by `lodging restore`, or by `lodging audit --data DIR` where it has the keys.

      On a cluster this is refused, with what to back up there by the cluster's own means.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The folder of the backup.") var dir: String
  @Flag(help: "Copy the key ring too.") var withKeys = false

  func run() throws {
    try Exit.mapping(Self.self) {
      try ClusterBackup.refuse(global.logChoice(), global.folder())
      let output = try Backup.make(of: global.folder(), at: dir, withKeys: withKeys, clock: SystemClock())
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
    abstract: "Put a backup in the place of a register's folder, and check it.",
    discussion: """
      The folder of --data must be missing or empty. Every file is compared with what the backup says of it, every database is checked, and \
      where keys are there the restored register is audited; only then does the folder get its name. Interrupted, or on a full disk, nothing \
      is there; begin again.

      Exits with 1 where the audit finds something that does not agree; the folder is there then, as it was backed up.

      On a cluster this is refused: its topics are put back by the cluster's own means, and then audited.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The folder of the backup.") var dir: String
  @Option(help: ArgumentHelp("The key ring to restore with (default: that of the backup).", valueName: "file")) var keys: String?

  func run() throws {
    try Exit.mapping(Self.self) {
      try ClusterBackup.refuse(global.logChoice(), global.folder())
      let output = try Restore.run(from: dir, to: global.folder(), keys: keys, clock: SystemClock(), logger: GlobalOptions.logger)
      if global.json { try Output.json(output) } else { print(output) }
      if output.audit?.ok == false { throw ExitCode(Exit.incomplete) }
    }
  }

  private func print(_ output: Restore.Output) {
    Output.line("\(Output.number(output.files)) files, \(Output.number(output.bytes)) bytes in \(output.folder), as of \(output.begun)")
    guard let audit = output.audit else { return Output.line("  without keys, so not audited: put keys.json into the folder") }
    Output.line(audit.ok ? "  the audit is ok" : "  the audit is NOT OK; see `lodging audit`")
  }
}
