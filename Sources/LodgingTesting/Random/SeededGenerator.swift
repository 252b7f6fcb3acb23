/// A reproducible generator for tests: xoshiro256** (Blackman, Vigna 2018) whose state a seed fills by way of ``SplitMix64``.
///
/// The same seed gives the same numbers on every machine. Use ``below(_:)`` and its kin instead of the standard library's
/// `random(in:using:)`, whose way from bits to a number is not promised to stay, where a printed seed must replay. Not fit for secrets.
///
/// ```swift
/// var random = SeededGenerator(seed: 41)
/// if random.chance(1, of: 20) { log.drop(submission) }
/// ```
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Starts the sequence of a seed; every seed will do.
  public init(seed: UInt64) {
    var filler = SplitMix64(seed: seed)
    state = (filler.next(), filler.next(), filler.next(), filler.next())
  }

  /// Starts at a given inner state, which must not be all zero.
  package init(state: (UInt64, UInt64, UInt64, UInt64)) {
    self.state = state
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    let result = (state.1 &* 5).rotatedLeft(7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3.rotatedLeft(45)
    return result
  }

  /// A number from 0 up to `bound`, and 0 for a bound below 1.
  ///
  /// The bias is below 2⁻³² for bounds below 2³².
  public mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  /// A number of a closed range whose length fits in `Int`.
  public mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True `count` times out of `total`.
  public mutating func chance(_ count: Int, of total: Int) -> Bool {
    below(total) < count
  }

  /// An element of a list, or nil where it is empty.
  public mutating func pick<Element>(_ list: [Element]) -> Element? {
    list.isEmpty ? nil : list[below(list.count)]
  }

  /// So many random bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      withUnsafeBytes(of: next().littleEndian) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
  }

  /// A generator whose sequence does not depend on what is drawn from this one afterwards.
  public mutating func fork() -> SeededGenerator {
    SeededGenerator(seed: next())
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): turns a seed of any quality into well mixed numbers.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

extension UInt64 {
  fileprivate func rotatedLeft(_ count: Int) -> UInt64 {
    (self << UInt64(count)) | (self >> UInt64(64 - count))
  }
}
