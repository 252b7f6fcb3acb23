import ArgumentParser
import LodgingService

/// `lodging audit`.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Recompute everything from the logs by independent code, and decide again from the recorded facts.",
    discussion: """
      Looks at one moment of logs and read model, also beside running processes. Checks every chain value with the key, the order of \
      decisions, keys and bytes of what was decided against the events log as far back as it is kept, and every decision. Counts decisions \
      and occupancy by code of its own, and folds the ledger a second time, in a temporary folder (TMPDIR) as large as register.sqlite, to \
      compare every row of the read model with it.

      It cannot see that events log, ledger and read model lost the same tail, what whoever has the keys wrote anew, or changes of files that \
      hold no records: the directory, snapshots, the key ring. A read model that differs from a sound ledger is made anew by \
      `lodging rebuild`. Events that wait to be decided (undecided) and entries that the read model does not have yet (unfolded) are no \
      fault. Exits with 1 if anything does not agree.
      """)

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Exit.mapping(Self.self) {
      let line = ProgressLine()
      let output = try AuditOutput(global.register(for: .reading)) { line.show("audit", $0, of: $1) }
      line.end()
      if global.json { try Output.json(output) } else { print(output) }
      if !output.ok { throw ExitCode(Exit.incomplete) }
    }
  }

  private func print(_ output: AuditOutput) {
    Output.line(output.ok ? "ok" : "NOT OK")
    for (name, count) in [
      ("events", output.events), ("decided", output.decided), ("undecided", output.undecided), ("lost", output.lost),
      ("doubled", output.doubled), ("ignored entries", output.ignored), ("unfolded entries", output.unfolded),
      ("stays sealed anew", output.reseals), ("resets of a source", output.resets), ("decisions before them", output.orphaned),
    ] {
      Output.columns([("  " + name, 24), (Output.number(count), 12)])
    }
    if let first = output.eventsKept.map(\.from).max(), first > 0 {
      Output.line("  events before some offsets have left the log by retention")
    }
    if let note = output.note { Output.line("  \(note)") }
    for difference in output.differences { Output.line("  " + difference) }
    let more = output.differenceCount - output.differences.count
    if more > 0 { Output.line("  and \(Output.number(more)) more") }
  }
}
