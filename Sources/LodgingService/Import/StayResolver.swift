import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// What a row comes to, given the stays that are registered.
struct ResolvedRow {
  /// The event to send.
  var event: StayEvent
  /// What to send where that event's id turns out to be registered with other content.
  var otherwise: StayEvent?
  /// The registered stay that the row is about.
  var stay: RegisteredStay?
}

/// Finds out whether a row is a new stay, a registered one once more, or the correction of one.
///
/// A row is about a stay of the same establishment, document and day of arrival. If it tells what the stay's version in force tells, that
/// version is sent again, and is answered with its first verdict and receipt. If it tells something else and the stay is open, it is an
/// amendment; its id follows from its content and from the version that it corrects, so that it can be taken back and made again, and is
/// still the same event however often it is sent.
struct StayResolver {
  let register: Register
  let drafter: RowDrafter
  let desk: any VerdictDesk

  func resolve(_ row: DraftedRow) throws -> ResolvedRow {
    guard !row.fingerprints.isEmpty else { return ResolvedRow(event: row.event) }
    let stays = try desk.stays(like: row)
    if let open = stays.first(where: \.isOpen) { return resolve(row, in: open) }
    for stay in stays.reversed() {
      if let known = stay.versions.first(where: { likeness(of: row, to: $0, in: stay) == .same }) {
        return ResolvedRow(event: again(row, as: known, in: stay), stay: stay)
      }
    }
    return ResolvedRow(event: newStay(row, besides: stays))
  }

  /// Of an open stay, the last row of a file must be what holds; rows before it need only have been registered at some time.
  private func resolve(_ row: DraftedRow, in stay: RegisteredStay) -> ResolvedRow {
    let candidates = row.isSuperseded ? stay.versions : stay.versions.suffix(1)
    if let known = candidates.first(where: { likeness(of: row, to: $0, in: stay) == .same }) {
      return ResolvedRow(event: again(row, as: known, in: stay), stay: stay)
    }
    let correction = correction(row, of: stay)
    if let last = stay.versions.last, likeness(of: row, to: last, in: stay) == .unknown {
      // The validator can tell: it remembers the stay under the key that it was sealed to since.
      return ResolvedRow(event: again(row, as: last, in: stay), otherwise: correction, stay: stay)
    }
    return ResolvedRow(event: correction, stay: stay)
  }

  // MARK: Events

  /// A guest who comes back on the day of a stay that has ended needs an id of their own where only document and day make it.
  private func newStay(_ row: DraftedRow, besides stays: [RegisteredStay]) -> StayEvent {
    var event = row.event
    if event.filledIn.contains(.arrival), let known = stays.first(where: { $0.reference.stay == event.id }) {
      event.id = drafter.id(after: known.versions.last?.event ?? event.id, "check-in", drafter.content(of: row))
    }
    return event
  }

  private func again(_ row: DraftedRow, as version: RegisteredStay.Version, in stay: RegisteredStay) -> StayEvent {
    guard version.kind == .amendment else {
      var event = row.event
      event.id = version.event
      return event
    }
    return amendment(row, of: stay, id: version.event)
  }

  private func correction(_ row: DraftedRow, of stay: RegisteredStay) -> StayEvent {
    var content = row
    content.event.id = stay.reference.stay
    let corrected = stay.versions.last?.event ?? stay.reference.stay
    return amendment(row, of: stay, id: drafter.id(after: corrected, "amendment", drafter.content(of: content)))
  }

  private func amendment(_ row: DraftedRow, of stay: RegisteredStay, id: EventID) -> StayEvent {
    guard var details = row.event.stayDetails else { return row.event }
    // What nobody said again stays as it is.
    if row.event.filledIn.contains(.arrival) { details.arrival = LocalMoment(stay.arrival) }
    if row.event.filledIn.contains(.departure) { details.departure = LocalMoment(stay.departure) }
    return StayEvent(
      id: id, establishment: row.event.establishment, happened: row.event.captured, captured: row.event.captured,
      received: row.event.received, channel: row.event.channel, filledIn: row.event.filledIn,
      body: .amendment(stay: stay.reference.stay, details))
  }

  // MARK: Sameness

  private enum Likeness { case same, other, unknown }

  /// Whether a row tells what an event told, by the digest in its receipt; unknown where the key of that digest is destroyed.
  private func likeness(of row: DraftedRow, to version: RegisteredStay.Version, in stay: RegisteredStay) -> Likeness {
    let event = again(row, as: version, in: stay)
    let month = KeyMonth(containing: version.now)
    var isComparable = true
    for month in [month, month.previous] {
      guard let key = register.keys.keys(of: month)?.digest else {
        isComparable = isComparable && !register.keys.months.contains { $0.month == month }
        continue
      }
      if ContentDigest().make(event: event, identity: row.identity, key: key) == version.digest { return .same }
    }
    return isComparable ? .other : .unknown
  }
}
