public import LodgingDomain

/// One item of the simulated evening: something to append to the events log.
public struct DemoItem: Sendable {
  /// The place in the stream, from 0.
  public let index: Int
  /// The simulated append time; never falls from one item to the next.
  public let appended: Instant
  /// The record's key; nil for a record without one.
  public let key: EstablishmentID?
  /// What is appended.
  public let content: Content
  /// What is wrong or remarkable with it.
  public let deviations: DeviationSet
  /// Whether a later item sends the very bytes again, so that the sender should keep the sealed record until then.
  ///
  /// A sender that has lost them may seal the event again: the verdict is the same.
  public let isSentAgain: Bool

  /// What an item is.
  public enum Content: Sendable {
    /// An event, with the guest's identity where it has one.
    case event(StayEvent, GuestIdentity?)
    /// The event of an earlier item again: the same bytes if `isSealedAnew` is false, else the same content in a new box and received
    /// later.
    case again(of: Int, StayEvent, GuestIdentity?, isSealedAnew: Bool)
    /// What is no event; nil bytes are a tombstone.
    case garbage(Garbage, [UInt8]?)
  }

  /// The kinds of what is no event.
  public enum Garbage: UInt8, CaseIterable, Sendable {
    /// Random bytes.
    case randomBytes
    /// An event that ends in the middle.
    case truncatedEvent
    /// No bytes.
    case emptyValue
    /// No value.
    case tombstone
    /// More bytes than ``oversizeMin``.
    case oversize
    /// Random bytes without a key.
    case noKey

    /// The smallest oversize value: one byte more than the 64 KiB that an event may have.
    public static let oversizeMin = 64 * 1024 + 1
  }

  /// How the sender treats the identity.
  public enum Sealing: Sendable {
    /// Sealed to the key of the month.
    case sealed
    /// Sealed, and then one byte of the ciphertext is changed.
    case damaged
    /// Not sealed; ``DemoItem/unsealedGuest`` goes out in place of the guest. A sender that cannot do this seals it; the event is then
    /// registered.
    case plain
    /// Sealed to a month that takes no more events. A sender that cannot do this seals it as always; the event is then registered.
    case expiredMonth
  }

  /// How the identity is to be sealed.
  public var sealing: Sealing {
    if deviations.contains(.sealDamaged) { return .damaged }
    if deviations.contains(.sealAbsent) { return .plain }
    return deviations.contains(.sealExpired) ? .expiredMonth : .sealed
  }

  /// Who goes out in an event that is not sealed: nobody of the country, and in none of its lists.
  ///
  /// What such a sender sends can be read in the events log, so it is nobody whom somebody may look for there.
  public static let unsealedGuest = GuestIdentity(
    fullName: "Người Quên Niêm Phong", birthDate: try? PartialDate(year: 1999), sex: .male, documentKind: .chipCard,
    documentNumber: "099099999999")

  /// Whether the record goes to the partition after its key's own one, where there are several.
  public var isInWrongPartition: Bool { deviations.contains(.wrongPartition) }

  /// The event and the identity, whether sent for the first time or again; nil for garbage.
  public var event: (event: StayEvent, identity: GuestIdentity?)? {
    switch content {
    case .event(let event, let identity), .again(_, let event, let identity, _): (event, identity)
    case .garbage: nil
    }
  }
}
