package import LodgingAudit
import LodgingDomain
import LodgingStore

/// What a demo comes to.
///
/// `result` depends on the settings alone; `measured` on the machine.
package struct DemoReport: Codable, Sendable {
  package var result: DemoResult
  package var measured: DemoMeasured
  /// What can no longer be done or read, because a key is destroyed, in English.
  package var note: String?
  /// The same in Vietnamese.
  package var noteVietnamese: String?

  enum CodingKeys: String, CodingKey {
    case result, measured, note
    case noteVietnamese = "note_vi"
  }
}

/// The part of a demo's report that is the same for the same settings: it holds nothing that depends on sealing, offsets or interleaving.
package struct DemoResult: Codable, Sendable, Equatable {
  package var events: Int
  package var decisions: [String: Int]
  package var codes: [String: Int]
  package var occupancy: [String: Int]
  package var alerts: [String: Int]
  package var audit: DemoAudit
}

/// What the audit says, in numbers.
package struct DemoAudit: Codable, Sendable, Equatable {
  package var ok: Bool
  package var lost: Int
  package var doubled: Int
  package var differences: Int
}

/// What a demo took.
package struct DemoMeasured: Codable, Sendable {
  /// Events of the evening decided a second, from the first item sent to the last entry folded; nil where nothing was left to do.
  package var eventsPerSecond: Double?
  /// Seconds of the whole run.
  package var seconds: Double
  /// Seconds that loading the residents took.
  package var residentsSeconds: Double
  /// Seconds that the audit took.
  package var auditSeconds: Double
  /// The most memory that the process had resident, in MiB.
  package var peakMemoryMiB: Int
  /// The share of the working threads' busy time that each stage took.
  package var shares: [String: Double]

  enum CodingKeys: String, CodingKey {
    case eventsPerSecond = "events_per_second"
    case seconds
    case residentsSeconds = "residents_seconds"
    case auditSeconds = "audit_seconds"
    case peakMemoryMiB = "peak_memory_mib"
    case shares
  }
}

extension DemoResult {
  /// Reads the register; `report` is what its audit found.
  ///
  /// Nothing runs any more that could decide what waits, so it is lost.
  package init(_ register: Register, audit report: AuditReport) throws {
    let catalogue = register.catalogue
    let (totals, guests, alerts) = try register.store.read { view in
      (try view.totals(), try view.guests(catalogue: catalogue), try view.alertTotals())
    }
    events = totals.events
    decisions = Dictionary(uniqueKeysWithValues: Outcome.allCases.map { ($0.name, totals.decisions[$0] ?? 0) })
    codes = Dictionary(uniqueKeysWithValues: totals.codes.filter { $0.value > 0 }.map { ($0.key.name, $0.value) })
    occupancy = Dictionary(uniqueKeysWithValues: guests.map { ($0.key.description, $0.value) })
    self.alerts = Dictionary(uniqueKeysWithValues: alerts.map { ($0.key.name, $0.value) })
    audit = DemoAudit(
      ok: report.isOK && report.undecided == 0, lost: report.lost + report.undecided, doubled: report.doubled,
      differences: report.differenceCount)
  }
}
