public import LodgingDomain
public import LodgingPipeline

/// What everybody may know of one month's key: the public part and its dates, which stay when the secret part is destroyed.
public struct KeyRingMonth: Hashable, Sendable {
  /// The month.
  public var month: KeyMonth
  /// The 32 bytes that senders seal to.
  public var publicKey: [UInt8]
  /// Nothing is sealed to the key from then on: the end of the month.
  public var sealUntil: Instant
  /// Nothing is accepted under the key from then on: the end of the month and the offline allowance.
  public var acceptUntil: Instant
  /// When the secret part was destroyed, or nil.
  public var destroyed: Instant?

  /// Makes a month from its parts.
  public init(month: KeyMonth, publicKey: [UInt8], sealUntil: Instant, acceptUntil: Instant, destroyed: Instant? = nil) {
    self.month = month
    self.publicKey = publicKey
    self.sealUntil = sealUntil
    self.acceptUntil = acceptUntil
    self.destroyed = destroyed
  }

  /// What may be done with the key at a time; a key that was made before its month begins may be sealed to.
  public func standing(at time: Instant) -> MonthStanding {
    if destroyed != nil { return .destroyed }
    if time < sealUntil { return .sealing }
    return time < acceptUntil ? .accepting : .expired
  }
}
