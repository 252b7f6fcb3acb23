/// What a state knows of what one event names, looked up once; it holds until the state changes.
package struct EventStanding: Sendable {
  /// The place of the event's establishment among all; nil for one that was never opened.
  var place: Int?
  /// What is remembered under the event's own id.
  package private(set) var registered: RegisteredEvent?
  /// The slot of the open stay under the event's own id.
  var ownSlot: Int?
  /// The stay that the event is about; its own id for a check-in.
  var stay: EventID?
  /// The slot of that stay, where it is open.
  var slot: Int?
  /// What is remembered under that stay's id, where it is not open.
  var closed: RegisteredEvent?
  /// What is remembered of the event that must be registered before this one.
  var after: RegisteredEvent?

  fileprivate init(of event: StayEvent, in state: PartitionState) {
    stay = event.stay
    guard let place = state.place(of: event.establishment) else { return }
    self.place = place
    registered = state.registered.record(of: event.id, at: place)
    ownSlot = state.all[place].stays.slot(of: event.id)
    after = event.after.flatMap { state.registered.record(of: $0, at: place) }
    guard let stay else { return }
    slot = stay == event.id ? ownSlot : state.all[place].stays.slot(of: stay)
    if slot == nil { closed = stay == event.id ? registered : state.registered.record(of: stay, at: place) }
  }

  /// Whether deciding the event takes the id index; see ``PartitionState/needsIdIndex(for:now:)``.
  package func needsIdIndex(for event: StayEvent, now: Instant) -> Bool {
    guard place != nil else { return false }
    if event.after != nil, after == nil { return true }
    if let stay, stay != event.id, slot == nil, closed == nil { return true }
    guard registered == nil else { return false }
    if ownSlot != nil { return true }
    let start = now.adding(days: -RuleBook.idWindowDays)
    if min(event.happened, min(event.captured, event.received)) < start { return true }
    return event.stayDetails.map { $0.arrivalEarliest < start } ?? false
  }
}

extension PartitionState {
  /// Looks up what an event names.
  package func standing(of event: StayEvent) -> EventStanding { EventStanding(of: event, in: self) }

  /// Whether deciding the event takes the id index: it has a time before the window, names an event that the state does not know, or has
  /// the id of a guest who still stays and whose check-in has left the window.
  public func needsIdIndex(for event: StayEvent, now: Instant) -> Bool {
    standing(of: event).needsIdIndex(for: event, now: now)
  }
}
