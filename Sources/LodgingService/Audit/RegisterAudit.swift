package import LodgingAudit
import LodgingPipeline
import LodgingStore

/// An audit of a register's logs and read model at one moment; other processes may go on meanwhile.
package struct RegisterAudit {
  /// What was found.
  package var report: AuditReport
  /// Records of the ledger that the read model does not have yet.
  package var unfolded: Int

  /// Audits a register; `progress` is told how many parts of how many are done.
  ///
  /// The read model's moment comes first, then the ends of the ledger, then those of the events log: each is covered by the next.
  package init(_ register: Register, progress: (Int, Int) -> Void = { _, _ in }) throws {
    (report, unfolded) = try register.store.read { view in
      let offsets = try view.version().offsets.offsets
      let parts = register.log.partitionCount
      var report = try register.makeAudit().run(upTo: offsets) { done, _ in progress(done, 2 * parts) }
      try RegisterComparison.compare(view, of: register, with: &report) { done, of in
        progress(parts + parts * done / max(1, of), 2 * parts)
      }
      progress(2 * parts, 2 * parts)
      let unfolded = report.ledgerEnds.reduce(0) { $0 + max(0, Int($1.value - 1 - (offsets[$1.key] ?? -1))) }
      return (report, unfolded)
    }
  }
}
