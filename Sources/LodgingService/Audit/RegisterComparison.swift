package import LodgingAudit
import LodgingDomain
import LodgingStore

/// Holds the read model against what the audit counted by itself from the logs.
package enum RegisterComparison {
  /// Compares totals and the occupancy of every establishment; what differs is noted in `report`.
  package static func compare(_ register: Register, with report: inout AuditReport) throws {
    let (totals, establishments) = try register.store.read { view in (try view.totals(), try view.establishments()) }
    for outcome in Outcome.allCases {
      compare(outcome.name, totals.decisions[outcome] ?? 0, report.outcomes[outcome] ?? 0, &report)
    }
    for code in Code.allCases { compare(code.name, totals.codes[code] ?? 0, report.codes[code] ?? 0, &report) }
    var left = report.occupancy
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
}
