/// A small generator of the SplitMix64 family (Steele, Lea, Flood 2014) whose sequences are addressed by seed, stream and index.
///
/// Every subject draws from a stream of its own, and within it from the sequence of its own index, so that one draw more in one place
/// shifts nothing anywhere else. The numbers are the same on every machine; they are not fit for secrets.
///
/// ```swift
/// var random = SyntheticRandom(seed: 7, stream: "establishment.size", index: 41)
/// let beds = 5 + random.below(16)
/// ```
public struct SyntheticRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the sequence of one index of one stream.
  ///
  /// - Parameters:
  ///   - seed: The seed of the whole synthetic world.
  ///   - stream: The subject that draws.
  ///   - index: Which of the stream's sequences.
  public init(seed: UInt64, stream: RandomStream, index: UInt64 = 0) {
    state = Self.mix(Self.mix(seed &+ Self.increment) ^ stream.tag) &+ Self.mix(index ^ Self.indexTag)
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// A number from 0 up to `bound`, which must be positive; the bias is below 2⁻³² for bounds below 2³².
  public mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: max(1, bound))).high)
  }

  /// A number of a closed range.
  public mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True `count` times out of `total`.
  public mutating func chance(_ count: Int, of total: Int) -> Bool {
    below(total) < count
  }

  /// An element of a list that is not empty.
  public mutating func pick<Element>(_ list: [Element]) -> Element {
    list[below(list.count)]
  }

  /// Fills a byte array with random bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      var word: UInt64 = 0
      for index in 0..<count {
        if index % 8 == 0 { word = next() }
        buffer[index] = UInt8(truncatingIfNeeded: word)
        word >>= 8
      }
      filled = count
    }
  }

  /// The finaliser of SplitMix64: a bijection of 64 bits in which each input bit moves half of the output.
  public static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let indexTag: UInt64 = 0xD1B5_4A32_D192_ED03
}

/// The name of a subject that draws random numbers.
///
/// The tag is FNV-1a over the name, so renaming a stream changes what is drawn from it and nothing else.
public struct RandomStream: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The name as a number.
  public let tag: UInt64

  /// Names a stream.
  public init(stringLiteral name: StaticString) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    name.withUTF8Buffer { bytes in
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
    tag = hash
  }
}
