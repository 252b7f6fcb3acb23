package import LodgingAudit
import LodgingDomain
import LodgingPipeline
package import LodgingStore

/// Holds the read model against the ledger: its totals and occupancy against what the audit counted by itself, and every row of every
/// table against a second fold of the same entries.
package enum RegisterComparison {
  /// Compares one moment of a register with what an audit found up to the same entries; what differs is noted in `report`.
  ///
  /// The second fold lies in a temporary folder while it is needed, and takes as much room as the register.
  ///
  /// - Parameters:
  ///   - view: The moment.
  ///   - register: The register.
  ///   - report: What the audit found with the offsets of `view` as its marks.
  ///   - progress: Told how many entries of how many are folded.
  /// - Throws: Errors of the store and of the log.
  package static func compare(
    _ view: RegisterView, of register: Register, with report: inout AuditReport, progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    try compareTotals(try view.totals(), with: &report)
    try compareOccupancy(try view.establishments(), with: &report)
    let scratch = try ScratchFolder("audit")
    defer { scratch.remove() }
    let version = try view.version()
    let offsets = version.offsets.offsets
    let fresh = try RegisterStore(directory: scratch.path, catalogue: register.catalogue)
    try fold(register, through: version, into: fresh, progress)
    try fresh.read { expected in
      let reached = try expected.version().offsets.offsets
      for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) where reached[partition] != offset {
        report.differ("partition \(partition): the register stands at ledger offset \(offset), where the ledger has no entry that counts")
      }
      try view.compare(with: expected) { words in report.differ("register.sqlite, \(words)") }
    }
  }

  /// Compares a register that nobody writes to now with an audit of all of its ledger.
  package static func compare(_ register: Register, with report: inout AuditReport) throws {
    try register.store.read { try compare($0, of: register, with: &report) }
  }

  // MARK: Against the audit's own account

  private static func compareTotals(_ totals: RegisterTotals, with report: inout AuditReport) throws {
    for outcome in Outcome.allCases {
      compare(outcome.name, totals.decisions[outcome] ?? 0, report.standing.outcomes[outcome] ?? 0, &report)
    }
    for code in Code.allCases { compare(code.name, totals.codes[code] ?? 0, report.standing.codes[code] ?? 0, &report) }
  }

  private static func compareOccupancy(_ establishments: [EstablishmentRecord], with report: inout AuditReport) throws {
    var left = report.standing.occupancy
    for establishment in establishments {
      let audited = left.removeValue(forKey: establishment.id) ?? AuditedOccupancy()
      if !audited.agrees(with: establishment.occupancy) {
        report.differ("the register's occupancy of \(establishment.id) is not that of the ledger")
      }
    }
    for id in left.keys.sorted() { report.differ("the register does not have establishment \(id)") }
  }

  private static func compare(_ name: String, _ register: Int, _ ledger: Int, _ report: inout AuditReport) {
    if register != ledger { report.differ("the register counts \(register) of \(name), the ledger \(ledger)") }
  }

  // MARK: Against a second fold

  private static func fold(
    _ register: Register, through version: RegisterVersion, into store: RegisterStore, _ progress: (Int, Int) -> Void
  ) throws {
    let offsets = version.offsets.offsets
    let prefix = LedgerPrefix(of: register.log, through: offsets, notices: version.notices?.next)
    let loop = try ProjectionLoop(
      log: prefix, model: store, clock: register.clock, monitor: OperatorMonitor(logger: register.logger), version: register.version,
      notices: version.notices.map { _ in NoticeBook(of: register.keys) }, background: SerialWork())
    let total = offsets.values.reduce(0) { $0 + Int($1) + 1 }
    try loop.foldToEnd { progress(loop.entries, total) }
  }
}
