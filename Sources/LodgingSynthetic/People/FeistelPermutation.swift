/// A bijection of the numbers below a power of four, different for every seed and stream: the same place is never taken twice.
///
/// It is a Feistel network of four rounds over two halves of equal width.
struct FeistelPermutation: Sendable {
  private let halfBits: UInt64
  private let mask: UInt64
  private let keys: (UInt64, UInt64, UInt64, UInt64)

  /// Makes a permutation of the numbers below `1 << (2 * halfBits)`.
  init(halfBits: Int, seed: UInt64, stream: RandomStream) {
    self.halfBits = UInt64(halfBits)
    mask = 1 << UInt64(halfBits) - 1
    var random = SyntheticRandom(seed: seed, stream: stream)
    keys = (random.next(), random.next(), random.next(), random.next())
  }

  /// Where `value` goes; it must be below the size of the permutation.
  func callAsFunction(_ value: UInt64) -> UInt64 {
    var left = value >> halfBits
    var right = value & mask
    (left, right) = (right, left ^ SyntheticRandom.mix(right ^ keys.0) & mask)
    (left, right) = (right, left ^ SyntheticRandom.mix(right ^ keys.1) & mask)
    (left, right) = (right, left ^ SyntheticRandom.mix(right ^ keys.2) & mask)
    (left, right) = (right, left ^ SyntheticRandom.mix(right ^ keys.3) & mask)
    return left << halfBits | right
  }
}
