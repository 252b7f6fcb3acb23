/// The place of an event on its partition of `stay-events`, as one number that rises for as long as the ledger goes on.
///
/// Where the events log lost what was decided and an operator let the partition go on, offsets are given a second time. So what is
/// remembered of an event is its offset with the number of resets above it: of two numbers, the greater one was decided later.
public struct SourceNumber: Hashable, Sendable {
  /// The number; without a reset, the offset itself.
  public let value: Int64

  /// Bits of the offset; what is above counts the resets.
  private static let offsetBits: Int64 = 44
  /// Resets of one partition that can be told apart.
  public static let resetsMax: UInt32 = (1 << 19) - 1
  /// Offsets are below this one.
  public static let offsetEnd: Int64 = (1 << offsetBits) - 1

  /// Takes a number apart.
  public init(_ value: Int64) { self.value = value }

  /// Puts a number together; -1 is the offset before the first.
  ///
  /// Nil for an offset that no log has, and for more resets than can be told apart.
  public init?(offset: Int64, resets: UInt32) {
    guard (-1..<Self.offsetEnd).contains(offset), resets <= Self.resetsMax else { return nil }
    value = Int64(resets) << Self.offsetBits + offset
  }

  /// How often the source was reset before.
  public var resets: UInt32 { UInt32(truncatingIfNeeded: max(0, (value + 1) >> Self.offsetBits)) }

  /// The offset on this incarnation of the events log.
  public var offset: Int64 { value - Int64(resets) << Self.offsetBits }

  /// Which life of the events log it is; the first is 1, and each reset begins another.
  public var incarnation: UInt32 { resets + 1 }

  /// The number of another offset on the same incarnation; offsets beyond all logs become the last one.
  public func at(_ offset: Int64) -> Int64 { Int64(resets) << Self.offsetBits + max(-1, min(offset, Self.offsetEnd - 1)) }
}
