import LodgingDomain
import LodgingPipeline
import LodgingStore

/// A registered stay, as far as a row of a file is held against it, with the events that told it.
struct RegisteredStay {
  var reference: StayReference
  /// Whether corrections are still taken.
  var isOpen: Bool
  /// When the guest arrived, as it was read.
  var arrival: Instant
  /// When the guest plans to leave.
  var departure: Instant
  /// When the guest left, where that ended the stay.
  var departed: Instant?
  /// When the stay was reported first.
  var reported: Instant
  /// The document under the keys of one or more months.
  var fingerprints: Set<DocumentFingerprint>
  /// Its check-in and then its amendments, in their order.
  var versions: [Version]

  /// An event that told a stay.
  struct Version {
    var event: EventID
    var kind: EventKind
    /// The digest of its content under a key of the month of `now` or the one before.
    var digest: Digest128
    /// Ledger time of the decision.
    var now: Instant
  }
}

extension RegisteredStay {
  init(_ record: StayRecord, versions: [ReceiptRow]) {
    self.init(
      reference: record.reference, isOpen: record.presence.presence != nil, arrival: record.arrival, departure: record.departure,
      departed: record.presence == .departed ? record.departed : nil, reported: record.reported, fingerprints: Set(record.fingerprints),
      versions: versions.map { Version(event: $0.event, kind: $0.kind, digest: $0.digest, now: $0.now) })
  }
}

extension RegisterView {
  /// The registered stays that a row may be about, the one reported first before the others.
  func registeredStays(like row: DraftedRow) throws -> [RegisteredStay] {
    try stays(at: row.event.establishment, fingerprints: row.fingerprints, arrivalDay: row.arrivalDay).map {
      RegisteredStay($0, versions: try versions(of: $0.reference))
    }
  }

  /// One registered stay, or nil.
  func registeredStay(_ reference: StayReference) throws -> RegisteredStay? {
    try stay(reference).map { RegisteredStay($0, versions: try versions(of: reference)) }
  }
}
