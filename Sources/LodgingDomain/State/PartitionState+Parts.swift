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
  public var registrations: [Registration] {
    registrationOrder.elements.compactMap { key in
      registered[key].map { Registration(establishment: key.establishment, event: key.event, record: $0) }
    }
  }

  /// Puts a state together again from what a snapshot or a read model holds.
  ///
  /// Returns nil where the parts do not fit each other: an establishment twice, or a registration of none.
  public init?(now: Instant, forgottenThrough: Int64, establishments: [EstablishmentState], registrations: [Registration]) {
    self.init(now: now)
    self.forgottenThrough = forgottenThrough
    for establishment in establishments {
      let index = UInt32(all.count)
      guard indexes.updateValue(index, forKey: establishment.id) == nil else { return nil }
      all.append(establishment)
      for (id, stay) in establishment.stays { queue.insert(DueQueue.Item(due: stay.due, establishment: index, stay: id)) }
    }
    for registration in registrations {
      guard registration.establishment < all.count else { return nil }
      let key = RegistrationKey(establishment: registration.establishment, event: registration.event)
      guard registered.updateValue(registration.record, forKey: key) == nil else { return nil }
      registrationOrder.append(key)
    }
  }
}
