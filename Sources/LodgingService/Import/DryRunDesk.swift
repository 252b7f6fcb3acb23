import LodgingDomain
import LodgingPipeline
import LodgingStore

/// Decides against the state as it is now and appends nothing; events and rows of one run see those before them.
final class DryRunDesk: VerdictDesk {
  private let register: Register
  private let sender: EventSender
  private var rehearsals: [Int: Rehearsal] = [:]
  /// The stays that this run would have changed, as they would stand now.
  private var changed: [StayReference: RegisteredStay] = [:]
  private var changedByDocument: [DocumentFingerprint: Set<StayReference>] = [:]

  init(_ register: Register) throws {
    self.register = register
    sender = try EventSender(register)
  }

  func prepare() throws {}

  func stays(like row: DraftedRow) throws -> [RegisteredStay] {
    let kept = try register.store.read { try $0.registeredStays(like: row) }.filter { changed[$0.reference] == nil }
    let references = row.fingerprints.reduce(into: Set<StayReference>()) { $0.formUnion(changedByDocument[$1] ?? []) }
    let rehearsed = references.compactMap { changed[$0] }.filter { stay in
      stay.reference.establishment == row.event.establishment && LocalZone.vietnam.date(at: stay.arrival) == row.arrivalDay
    }
    return (kept + rehearsed).sorted { ($0.reported, $0.reference) < ($1.reported, $1.reference) }
  }

  func decide(_ events: [(StayEvent, GuestIdentity?)]) throws -> [Verdict] {
    try events.map { event, identity in
      let partition = register.partition(of: event.establishment)
      let rehearsal = try rehearsals[partition] ?? Rehearsal(context: register.validatorContext(ValidatorSettings()), partition: partition)
      rehearsals[partition] = rehearsal
      let record = try sender.encode(event, identity: identity)
      let key = event.establishment.withUTF8 { Array($0) }
      let now = register.clock.now
      let rehearsed = try rehearsal.decide(NewRecord(key: key, value: record), at: now)
      try note(event, rehearsed, at: now)
      return Verdict(decision: rehearsed.decision, receipt: nil)
    }
  }

  func close() { sender.close() }

  /// Keeps what an event would have changed about its stay.
  private func note(_ event: StayEvent, _ rehearsed: Rehearsal.Rehearsed, at now: Instant) throws {
    guard rehearsed.decision.outcome.isRegistered, let id = event.stay else { return }
    let reference = StayReference(establishment: event.establishment, stay: id)
    let known = try changed[reference] ?? register.store.read { try $0.registeredStay(reference) }
    guard var stay = known ?? rehearsed.stay.map({ RegisteredStay(reference, $0) }) else { return }
    stay.isOpen = rehearsed.stay != nil
    if let after = rehearsed.stay { (stay.arrival, stay.departure) = (after.arrival, after.departure) }
    if case .checkOut = event.body { stay.departed = event.happened }
    if event.stayDetails != nil, let facts = rehearsed.facts {
      stay.fingerprints.formUnion(facts.fingerprints)
      stay.versions.append(RegisteredStay.Version(event: event.id, kind: EventKind(event.body), digest: facts.digest, now: now))
    }
    changed[reference] = stay
    for fingerprint in stay.fingerprints { changedByDocument[fingerprint, default: []].insert(reference) }
  }
}

extension RegisteredStay {
  /// A stay that its first event has just opened.
  fileprivate init(_ reference: StayReference, _ stay: Stay) {
    self.init(
      reference: reference, isOpen: true, arrival: stay.arrival, departure: stay.departure, departed: nil, reported: stay.reported,
      fingerprints: [], versions: [])
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension DryRunDesk: Sendable {}
