/// What a state knows of what one event names, looked up once; it holds until the state changes.
package struct EventStanding: Sendable {
  /// The place of the event's establishment among all; nil for one that was never opened.
  var place: Int?
  /// What is remembered under the event's own id.
  package fileprivate(set) var registered: RegisteredEvent?
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

  /// The event's own id.
  let id: HashedID

  fileprivate init(_ aim: EventAim, stay: EventID?) { (id, place, self.stay) = (aim.id, aim.place, stay) }

  /// Whether the stay that the event is about is that of its own id.
  private var isOwnStay: Bool { stay == id.id }

  /// Whether deciding the event takes the id index; see ``PartitionState/needsIdIndex(for:now:)``.
  package func needsIdIndex(for event: StayEvent, now: Instant) -> Bool {
    guard place != nil else { return false }
    if event.after != nil, after == nil { return true }
    if stay != nil, !isOwnStay, slot == nil, closed == nil { return true }
    guard registered == nil else { return false }
    if ownSlot != nil { return true }
    let start = now.adding(days: -RuleBook.idWindowDays)
    if min(event.happened, min(event.captured, event.received)) < start { return true }
    return event.stayDetails.map { $0.arrivalEarliest < start } ?? false
  }
}

extension PartitionState {
  /// Looks up the establishment of an event.
  package func aim(of event: StayEvent) -> EventAim { EventAim(id: HashedID(event.id), place: place(of: event.establishment)) }

  /// Looks where the tables will be asked about an event, so that what is far away is on its way for all events of a run at once.
  ///
  /// What is returned says nothing; whoever calls this must make some use of it, or the compiler leaves the looking out.
  package func look(for event: StayEvent, _ aim: EventAim) -> UInt64 {
    guard let place = aim.place else { return 0 }
    var seen = registered.look(for: aim.id, at: place) ^ all[place].stays.look(for: aim.id) ^ UInt64(truncatingIfNeeded: all[place].guests)
    if let stay = event.stay, stay != event.id, let slot = all[place].stays.slot(of: stay) { seen ^= all[place].stays.id(in: slot).low }
    return seen
  }

  /// Looks up what an event names.
  package func standing(of event: StayEvent) -> EventStanding { standing(of: event, aim(of: event)) }

  /// The same of an event whose establishment was looked up before, if only when it was not there yet.
  package func standing(of event: StayEvent, _ aim: EventAim) -> EventStanding {
    var standing = EventStanding(aim, stay: event.stay)
    guard let place = aim.place ?? place(of: event.establishment) else { return standing }
    standing.place = place
    standing.registered = registered.record(of: standing.id, at: place)
    standing.ownSlot = all[place].stays.slot(of: standing.id)
    if let after = event.after { standing.after = registered.record(of: after, at: place) }
    guard let stay = standing.stay else { return standing }
    if stay == event.id {
      standing.slot = standing.ownSlot
      if standing.slot == nil { standing.closed = standing.registered }
    } else {
      let stay = HashedID(stay)
      standing.slot = all[place].stays.slot(of: stay)
      if standing.slot == nil { standing.closed = registered.record(of: stay, at: place) }
    }
    return standing
  }

  /// Whether deciding the event takes the id index: it has a time before the window, names an event that the state does not know, or has
  /// the id of a guest who still stays and whose check-in has left the window.
  public func needsIdIndex(for event: StayEvent, now: Instant) -> Bool {
    standing(of: event).needsIdIndex(for: event, now: now)
  }
}

/// Where an event is looked up: what is known of it before anything that may change is asked.
package struct EventAim: Sendable {
  let id: HashedID
  /// The place of the event's establishment; nil for one that was not there.
  let place: Int?
}
