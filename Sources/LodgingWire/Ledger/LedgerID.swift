import LodgingDomain

/// The random name of a ledger, which every partition's genesis carries: two ledgers are never mistaken for one another.
public struct LedgerID: Hashable, Sendable {
  /// The first eight bytes, big-endian.
  public let high: UInt64
  /// The last eight bytes, big-endian.
  public let low: UInt64

  /// Makes a name from its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes a name from a generator.
  public static func random(using generator: inout some RandomNumberGenerator) -> LedgerID {
    LedgerID(high: generator.next(), low: generator.next())
  }

  /// Reads 32 hexadecimal digits, with or without the hyphens of a UUID; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard let id = EventID(text) else { return nil }
    self.init(high: id.high, low: id.low)
  }
}

extension LedgerID: CustomStringConvertible {
  /// The 36-character lower-case form of a UUID.
  public var description: String { EventID(high: high, low: low).description }
}
