public import LodgingDomain
public import LodgingWire

/// The register's keys as the pipeline asks for them; a file on one machine, an external service elsewhere.
///
/// Answers come from memory: every call is made on the hot path.
public protocol KeyRing: Sendable {
  /// The ledger that the ring belongs to.
  var ledgerID: LedgerID { get }
  /// The chain key that ledgers go on with: new ones begin with it, and older ones come to it by a rekey entry.
  var currentChainKey: ChainKey { get }
  /// The first chain key that the ring ever had, which no rotation changes.
  var firstChainKey: ChainKey { get }
  /// A chain key by the id that a genesis or rekey entry names; nil where the ring has none.
  func chainKey(_ id: UInt32) -> SipKey?
  /// The key of the resident directory's fingerprints.
  var directoryKey: SipKey { get }
  /// The secret keys of a month; nil where the month was never made or is destroyed.
  func keys(of month: KeyMonth) -> MonthKeys?
  /// The months whose secret keys the ring has, in the order of time.
  var secretMonths: [KeyMonth] { get }
  /// What may be done with a month's key at a time.
  func standing(of month: KeyMonth, at time: Instant) -> MonthStanding
}

/// What may be done with a month's key.
public enum MonthStanding: Sendable, Hashable {
  /// The ring has never had it.
  case unknown
  /// Events are sealed to it and accepted.
  case sealing
  /// Nothing is sealed to it any more; what was sealed in time is still accepted.
  case accepting
  /// Nothing is accepted any more; what is registered can be read.
  case expired
  /// The secret keys are gone.
  case destroyed
}
