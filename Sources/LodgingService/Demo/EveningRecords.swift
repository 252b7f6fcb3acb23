import Crypto
import LodgingDomain
package import LodgingPipeline
package import LodgingStore
package import LodgingSynthetic
import LodgingWire

/// The items of a simulated evening as records, as establishments' software would send them: each identity sealed with the sender's key of
/// the day.
package struct EveningRecords {
  /// Whether identities go out as the items say, or readable, as only tests and measurements may send them.
  package enum Sealing: Sendable {
    /// As the items say.
    case sealed
    /// Readable.
    case plain
  }

  private let month: KeyRingMonth
  private let expired: KeyRingMonth
  private let sealing: Sealing
  private let days: Int64
  private var senders: [EstablishmentID: IdentitySealer] = [:]
  private var kept: [Int: [UInt8]] = [:]

  /// Makes the months that the evening takes, as far as the key ring lacks them.
  ///
  /// With `days`, everything happens so many days later.
  ///
  /// Throws what the key ring throws.
  package init(keys: FileKeyRing, sealing: Sealing = .sealed, days: Int64 = 0) throws(KeyRingError) {
    self.sealing = sealing
    self.days = days
    let start = EveningClock.start.adding(days: days)
    expired = try Self.month(of: keys, at: start.adding(days: -61))
    _ = try Self.month(of: keys, at: start.adding(days: -31))
    month = try Self.month(of: keys, at: start)
  }

  /// Whether the keys of the evening's month are destroyed, so that nobody could open what is sealed to it.
  package var isOver: Bool { month.destroyed != nil }

  /// The month with its public key, which stays when the secret keys are destroyed.
  private static func month(of keys: FileKeyRing, at time: Instant) throws(KeyRingError) -> KeyRingMonth {
    do {
      return try keys.currentMonth(at: time)
    } catch {
      guard case .monthDestroyed(let month) = error, let told = keys.month(month) else { throw error }
      return told
    }
  }

  /// The record of an item; items must come in their order, since some are sent again byte by byte.
  package mutating func record(of item: DemoItem) throws -> NewRecord {
    NewRecord(key: item.key.map { $0.withUTF8 { Array($0) } }, value: try value(of: item))
  }

  /// The partition that an item goes to.
  package static func partition(of item: DemoItem, among count: Int) -> Int {
    guard let key = item.key else { return item.index % count }
    return (key.withUTF8 { Partitioner.partition(of: $0, among: count) } + (item.isInWrongPartition ? 1 : 0)) % count
  }

  private mutating func value(of item: DemoItem) throws -> [UInt8]? {
    switch item.content {
    case .garbage(_, let bytes): return bytes
    case .again(let first, _, _, false):
      if let bytes = kept[first] { return bytes }
      return try encoded(item)
    case .again: return try encoded(item)
    case .event:
      let bytes = try encoded(item)
      if item.isSentAgain { kept[item.index] = bytes }
      return bytes
    }
  }

  private mutating func encoded(_ item: DemoItem) throws -> [UInt8] {
    guard let (told, identity) = item.event else { return [] }
    let event = told.moved(days: days)
    var bytes: [UInt8] = []
    try WireEvent.encode(event, identity: try outgoing(identity, of: event, item.sealing), into: &bytes)
    return bytes
  }

  private mutating func outgoing(
    _ identity: GuestIdentity?, of event: StayEvent, _ itemSealing: DemoItem.Sealing
  ) throws -> OutgoingIdentity {
    guard let identity else { return .none }
    if sealing == .plain { return .plain(identity) }
    switch itemSealing {
    case .plain: return .plain(DemoItem.unsealedGuest)
    case .expiredMonth:
      return .sealed(try Self.sealer(expired).seal(identity, establishment: event.establishment, event: event.id))
    case .sealed, .damaged:
      var sealed = try sender(event.establishment).seal(identity, establishment: event.establishment, event: event.id)
      if case .damaged = itemSealing { sealed.ciphertext[0] ^= 1 }
      return .sealed(sealed)
    }
  }

  private mutating func sender(_ establishment: EstablishmentID) throws -> IdentitySealer {
    if let sender = senders[establishment] { return sender }
    let sender = try Self.sealer(month)
    senders[establishment] = sender
    return sender
  }

  private static func sealer(_ month: KeyRingMonth) throws -> IdentitySealer {
    let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: month.publicKey)
    return try IdentitySealer(month: month.month, publicKey: key)
  }
}
