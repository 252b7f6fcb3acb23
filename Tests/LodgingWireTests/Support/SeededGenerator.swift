import LodgingDomain
import LodgingWire

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  /// True once in `n` times.
  mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

  /// A number below `bound`, small ones as likely as large ones.
  mutating func skewed(below bound: UInt64) -> UInt64 {
    let bits = UInt64.random(in: 0...UInt64(64 - bound.leadingZeroBitCount), using: &self)
    return UInt64.random(in: 0..<min(bound, 1 << min(bits, 63)), using: &self)
  }

  /// Random bytes.
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }

  /// A text of at most `limit` bytes of UTF-8 in NFC, empty once in four times.
  mutating func text(limit: Int) -> String {
    guard !oneIn(4) else { return "" }
    let alphabet = "abcXYZ 0129-._/ăâđêôơưẾỄỰÀ漢字🏨|\n"
    var text = ""
    for _ in 0..<Int.random(in: 1...max(1, min(limit, 40)), using: &self) {
      let next = String(alphabet.randomElement(using: &self) ?? "a")
      guard text.utf8.count + next.utf8.count <= limit else { break }
      text += next
    }
    return text
  }

  mutating func eventID() -> EventID { EventID(high: next(), low: next()) }

  mutating func digest() -> Digest128 { Digest128(first: next(), second: next()) }

  mutating func instant() -> Instant {
    let limits = WireLimits.milliseconds
    switch Int.random(in: 0..<8, using: &self) {
    case 0: return Instant(milliseconds: limits.lowerBound)
    case 1: return Instant(milliseconds: limits.upperBound)
    case 2: return Instant(milliseconds: 0)
    case 3: return Instant(milliseconds: Int64.random(in: limits, using: &self))
    default: return Instant(milliseconds: Int64.random(in: 1_700_000_000_000...1_900_000_000_000, using: &self))
    }
  }

  /// A day; 1969-12-31 is left out, which the schema cannot tell from "none".
  mutating func date() -> CivilDate {
    let day = Int.random(in: -1000...60_000, using: &self)
    return CivilDate(daysSinceEpoch: day == -1 ? 0 : day)
  }
}
