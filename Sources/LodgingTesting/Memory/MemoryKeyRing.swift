import Crypto
public import LodgingDomain
public import LodgingPipeline
public import LodgingWire

/// The keys of a few months, made from a seed: the same seed gives the same keys.
///
/// A month is sealed to until it ends, and accepted for ``acceptedDays`` days after that. Not fit for secrets.
public struct MemoryKeyRing: KeyRing {
  /// How long after its end what was sealed to a month is accepted, in days.
  public static let acceptedDays: Int64 = 3

  /// The ledger that the ring belongs to.
  public let ledgerID: LedgerID
  /// The chain key that new ledgers begin with.
  public let currentChainKey: ChainKey
  /// The key of the resident directory's fingerprints.
  public let directoryKey: SipKey
  private var months: [KeyMonth: MonthKeys]
  private var destroyed: Set<KeyMonth> = []

  /// Makes the keys of `count` months from `first` on.
  public init(seed: UInt64, first: KeyMonth, count: Int) {
    var random = SeededGenerator(seed: seed)
    ledgerID = .random(using: &random)
    currentChainKey = ChainKey(id: 1, key: .random(using: &random))
    directoryKey = .random(using: &random)
    var months: [KeyMonth: MonthKeys] = [:]
    for index in first.index..<first.index + UInt32(max(0, count)) {
      guard let privateKey = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: random.bytes(32)) else { continue }
      let month = KeyMonth(index: index)
      months[month] = MonthKeys(
        month: month, privateKey: privateKey, fingerprint: .random(using: &random), digest: .random(using: &random))
    }
    self.months = months
  }

  /// The same ring after the secret keys of a month were destroyed.
  public func destroying(_ month: KeyMonth) -> MemoryKeyRing {
    var ring = self
    if ring.months.removeValue(forKey: month) != nil { ring.destroyed.insert(month) }
    return ring
  }

  /// The chain key, for its own id only.
  public func chainKey(_ id: UInt32) -> SipKey? { id == currentChainKey.id ? currentChainKey.key : nil }

  /// The secret keys of a month; nil outside the ring's months, and where they are destroyed.
  public func keys(of month: KeyMonth) -> MonthKeys? { months[month] }

  /// What may be done with a month's key at a time.
  public func standing(of month: KeyMonth, at time: Instant) -> MonthStanding {
    guard !destroyed.contains(month) else { return .destroyed }
    guard months[month] != nil else { return .unknown }
    guard let day = try? CivilDate(year: month.next.year, month: month.next.month, day: 1) else { return .unknown }
    let end = LocalZone.vietnam.startOfDay(day)
    if time < end { return .sealing }
    return time < end.adding(days: Self.acceptedDays) ? .accepting : .expired
  }

  /// Makes a sealer for a month, as a sender does every day; nil outside the ring's months.
  public func sealer(of month: KeyMonth) -> IdentitySealer? {
    months[month].flatMap { try? IdentitySealer(month: month, publicKey: $0.privateKey.publicKey) }
  }
}
