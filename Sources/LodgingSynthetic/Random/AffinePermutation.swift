/// A bijection of 0..<count that visits the numbers in an order without visible pattern; O(1) memory.
///
/// The step is coprime to the count, so that `count` successive positions meet each number once; after that it begins again.
package struct AffinePermutation: Sendable {
  /// How many numbers there are, at least 1.
  package let count: Int
  private let step: UInt64
  private let start: UInt64

  /// Chooses a permutation.
  package init(count: Int, random: inout SyntheticRandom) {
    self.count = max(1, count)
    let size = UInt64(self.count)
    start = UInt64(random.below(self.count))
    // Near the golden section neighbouring positions lie far apart.
    var step = max(1, size / 1000 * 618 + size % 1000 * 618 / 1000 + UInt64(random.below(max(1, self.count / 16))))
    while Self.commonDivisor(step, size) != 1 { step += 1 }
    self.step = step % size
  }

  /// The number at a position, which may be beyond the count.
  package func callAsFunction(_ position: Int) -> Int {
    let size = UInt64(count)
    let place = UInt64(position) % size
    let product = place.multipliedFullWidth(by: step)
    let remainder = size.dividingFullWidth((product.high % size, product.low)).remainder
    return Int((remainder + start) % size)
  }

  private static func commonDivisor(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
  }
}
