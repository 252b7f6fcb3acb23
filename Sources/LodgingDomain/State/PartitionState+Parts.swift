extension PartitionState {
  /// A registration that is in memory, with the index of its establishment.
  public struct Registration: Hashable, Sendable {
    /// The place of the establishment in ``PartitionState/establishments``.
    public var establishment: UInt32
    /// The event's id.
    public var event: EventID
    /// What is remembered.
    public var record: RegisteredEvent

    /// Makes a registration from its parts.
    public init(establishment: UInt32, event: EventID, record: RegisteredEvent) {
      self.establishment = establishment
      self.event = event
      self.record = record
    }
  }

  /// The ids in memory, in the order in which they were registered.
  public var registrations: some RandomAccessCollection<Registration> {
    let table = registered
    return (0..<table.count).lazy.map { table.registration(at: $0) }
  }

  /// Puts a state together again from what a snapshot or a read model holds.
  ///
  /// Returns nil where the parts do not fit each other: an establishment twice, a registration twice or of no establishment, or one whose
  /// verdict registered nothing.
  public init?(now: Instant, forgottenThrough: Int64, establishments: [EstablishmentState], registrations: [Registration]) {
    self.init(now: now)
    self.forgottenThrough = forgottenThrough
    for establishment in establishments {
      guard place(of: establishment.id) == nil else { return nil }
      let place = UInt32(all.count)
      append(establishment)
      for slot in establishment.stays.slotRange {
        guard let stay = establishment.stays[slot] else { continue }
        queue.insert(DueQueue.Item(due: stay.due, establishment: place, slot: UInt32(slot)))
        months.move(from: nil, to: stay.month)
      }
    }
    registered = RegistrationTable(capacity: registrations.count)
    for registration in registrations {
      guard registration.establishment < all.count, registration.record.outcome.isRegistered, registered.appendNew(registration) else {
        return nil
      }
    }
  }
}
