import ArgumentParser
import LodgingService

/// `lodging audit`.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Recompute everything from the logs by independent code, and decide again from the recorded facts.",
    discussion: """
      Checks every chain value with the key, the order of decisions, the bytes that were decided, every decision, and that the read model holds \
      what the ledger says. Exits with 1 if anything does not agree.
      """)

  @OptionGroup var global: GlobalOptions

  func run() throws {
    try Exit.mapping {
      let line = ProgressLine()
      let output = try AuditOutput(global.register()) { line.show("audit", $0, of: $1) }
      line.end()
      if global.json { try Output.json(output) } else { print(output) }
      if !output.ok { throw ExitCode(Exit.incomplete) }
    }
  }

  private func print(_ output: AuditOutput) {
    Output.line(output.ok ? "ok" : "NOT OK")
    for (name, count) in [
      ("events", output.events), ("decided", output.decided), ("lost", output.lost), ("doubled", output.doubled),
      ("ignored entries", output.ignored), ("stays sealed anew", output.reseals),
    ] {
      Output.columns([("  " + name, 20), (Output.number(count), 12)])
    }
    if let first = output.eventsKept.map(\.from).max(), first > 0 {
      Output.line("  events before some offsets have left the log by retention")
    }
    if let note = output.note { Output.line("  \(note)") }
    for difference in output.differences { Output.line("  " + difference) }
  }
}
