import LodgingAudit
import LodgingDomain

/// What `lodging audit` says.
package struct AuditOutput: Encodable, Sendable {
  package var ok: Bool
  package var events: Int
  package var decided: Int
  package var lost: Int
  /// Records that wait to be decided.
  package var undecided: Int
  package var doubled: Int
  package var ignored: Int
  package var differences: [String]
  /// How many differences there are; only the first ones are told.
  package var differenceCount: Int
  /// Records of the ledger that the read model does not have yet.
  package var unfolded: Int
  package var eventsKept: [Kept]
  /// Entries that seal the identity of an open stay to a later month's key.
  package var reseals: Int
  /// Entries with which an operator let a partition go on with another events log.
  package var resets: Int
  /// Decisions of records that the events log had lost by then; they count, and nothing is left to compare them with.
  package var orphaned: Int
  /// The months whose keys are destroyed.
  package var destroyedMonths: [String]
  /// What that means for the audit, in English.
  package var note: String?
  /// The same in Vietnamese.
  package var noteVietnamese: String?

  /// From which offset on a partition's events topic is still held.
  package struct Kept: Encodable, Sendable {
    package var partition: Int
    package var from: Int64
  }

  enum CodingKeys: String, CodingKey {
    case ok, events, decided, lost, undecided, doubled, ignored, differences, unfolded, reseals, resets, orphaned, note
    case differenceCount = "difference_count"
    case destroyedMonths = "destroyed_months"
    case noteVietnamese = "note_vi"
    case eventsKept = "events_kept"
  }

  /// Audits a register's logs and holds its read model against them.
  package init(_ register: Register, progress: (Int, Int) -> Void) throws {
    let audit = try RegisterAudit(register, progress: progress)
    let report = audit.report
    ok = report.isOK
    events = report.events
    decided = report.decided
    lost = report.lost
    undecided = report.undecided
    doubled = report.doubled
    ignored = report.ignored
    differences = report.differences
    differenceCount = report.differenceCount
    unfolded = audit.unfolded
    reseals = report.reseals
    (resets, orphaned) = (report.resets, report.orphaned)
    let destroyed = register.destroyedMonths
    destroyedMonths = destroyed.map(\.description)
    let words = destroyed.isEmpty ? nil : DestroyedNote.audit(destroyed)
    (note, noteVietnamese) = (words?.english, words?.vietnamese)
    eventsKept = report.eventsKeptFrom.sorted { $0.key < $1.key }.map { Kept(partition: $0.key, from: $0.value) }
  }
}
