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
  /// The chain keys, the current one last.
  private var chainKeys: [ChainKey]
  /// The key of the resident directory's fingerprints.
  public let directoryKey: SipKey
  private var months: [KeyMonth: MonthKeys]
  private var destroyed: Set<KeyMonth> = []

  /// Makes the keys of `count` months from `first` on.
  public init(seed: UInt64, first: KeyMonth, count: Int) {
    var random = SeededGenerator(seed: seed)
    ledgerID = .random(using: &random)
    chainKeys = [ChainKey(id: 1, key: .random(using: &random))]
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

  /// The same ring after so many new chain keys were made, which follow from the ring's first.
  public func rotatingChainKey(times: Int = 1) -> MemoryKeyRing {
    var ring = self
    for _ in 0..<times {
      let last = ring.chainKeys[ring.chainKeys.count - 1]
      var random = SeededGenerator(seed: UInt64(last.id) &* 0x9E37_79B9 ^ ledgerID.low)
      ring.chainKeys.append(ChainKey(id: last.id + 1, key: .random(using: &random)))
    }
    return ring
  }

  /// The chain key that ledgers go on with.
  public var currentChainKey: ChainKey { chainKeys[chainKeys.count - 1] }

  /// The chain key that the ring was made with.
  public var firstChainKey: ChainKey { chainKeys[0] }

  /// A chain key by its id; nil where the ring has none.
  public func chainKey(_ id: UInt32) -> SipKey? { chainKeys.first { $0.id == id }?.key }

  /// The secret keys of a month; nil outside the ring's months, and where they are destroyed.
  public func keys(of month: KeyMonth) -> MonthKeys? { months[month] }

  /// The months whose secret keys the ring has, in the order of time.
  public var secretMonths: [KeyMonth] { months.keys.sorted() }

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
