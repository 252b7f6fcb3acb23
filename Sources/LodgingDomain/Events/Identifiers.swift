/// A 128-bit identifier that a sender makes, written as a UUID (RFC 9562) in lower case.
///
/// Uniqueness is asked for within one establishment only; the domain never makes identifiers, it receives them.
public struct EventID: Hashable, Comparable, Sendable {
  /// The first eight bytes, big-endian.
  public let high: UInt64
  /// The last eight bytes, big-endian.
  public let low: UInt64

  /// Makes an identifier from its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads the 36-character form with hyphens or the 32-digit form without; upper and lower case are equal.
  ///
  /// Returns nil for anything else.
  public init?(_ text: some StringProtocol) {
    var digits = 0
    var halves: (UInt64, UInt64) = (0, 0)
    var position = 0
    let length = text.utf8.count
    guard length == 36 || length == 32 else { return nil }
    for byte in text.utf8 {
      defer { position += 1 }
      if length == 36, position == 8 || position == 13 || position == 18 || position == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let value = Self.hexValue(byte) else { return nil }
      if digits < 16 { halves.0 = halves.0 << 4 | UInt64(value) } else { halves.1 = halves.1 << 4 | UInt64(value) }
      digits += 1
    }
    guard digits == 32 else { return nil }
    self.init(high: halves.0, low: halves.1)
  }

  /// Orders by the sixteen bytes.
  public static func < (left: EventID, right: EventID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension EventID: CustomStringConvertible {
  /// The 36-character lower-case form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`.
  public var description: String {
    let digits = Hexadecimal.digits(of: high) + Hexadecimal.digits(of: low)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }
}

/// Lower-case hexadecimal text of fixed-width integers.
package enum Hexadecimal {
  private static let alphabet = Array("0123456789abcdef".utf8)

  /// Sixteen ASCII digits, most significant first.
  package static func digits(of value: UInt64) -> [UInt8] {
    (0..<16).map { alphabet[Int(value >> UInt64(60 - 4 * $0) & 15)] }
  }

  /// Sixteen lower-case digits as text.
  package static func text(of value: UInt64) -> String {
    String(decoding: digits(of: value), as: UTF8.self)
  }
}

/// Two words of 64 bits: the form of every digest, fingerprint and chain value of 128 bits.
public struct Digest128: Hashable, Sendable {
  /// Bytes 0 to 7, little-endian, as SipHash puts them out.
  public var first: UInt64
  /// Bytes 8 to 15, little-endian.
  public var second: UInt64

  /// Makes a value from its two words.
  public init(first: UInt64, second: UInt64) {
    self.first = first
    self.second = second
  }

  /// Sixteen zero bytes: the value before the first entry of a chain.
  public static let zero = Digest128(first: 0, second: 0)
}

extension Digest128 {
  /// Reads what ``description`` writes, 32 lower-case hexadecimal digits; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 32, let value = EventID(text) else { return nil }
    self.init(first: value.high.byteSwapped, second: value.low.byteSwapped)
    guard text.utf8.elementsEqual(description.utf8) else { return nil }
  }
}

extension Digest128: CustomStringConvertible {
  /// Thirty-two lower-case hexadecimal digits in byte order.
  public var description: String {
    Hexadecimal.text(of: first.byteSwapped) + Hexadecimal.text(of: second.byteSwapped)
  }
}

/// A keyed fingerprint of a document, made with the key of one month; it says "the same document" and nothing else.
public struct DocumentFingerprint: Hashable, Sendable {
  /// The month whose key made it; values of different months cannot be compared.
  public var month: KeyMonth
  /// The keyed hash, 64 bits.
  public var value: UInt64

  /// Makes a fingerprint from its parts.
  public init(month: KeyMonth, value: UInt64) {
    self.month = month
    self.value = value
  }
}

/// A calendar month that names a key, written `yyyy-MM`.
public struct KeyMonth: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// `year * 12 + month - 1`, so that the next month is one more.
  public let index: UInt32

  /// Makes a month from the count of months since year 0.
  public init(index: UInt32) { self.index = index }

  /// Makes a month from year 0...9999 and month 1...12; nil outside.
  public init?(year: Int, month: Int) {
    guard (0...9999).contains(year), (1...12).contains(month) else { return nil }
    index = UInt32(year * 12 + month - 1)
  }

  /// Reads `yyyy-MM`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
      let year = Int(parts[0]), let month = Int(parts[1])
    else { return nil }
    self.init(year: year, month: month)
  }

  /// The year.
  public var year: Int { Int(index) / 12 }
  /// The month, 1...12.
  public var month: Int { Int(index) % 12 + 1 }
  /// The month after this one.
  public var next: KeyMonth { KeyMonth(index: index + 1) }
  /// The month before this one; the first month is its own.
  public var previous: KeyMonth { KeyMonth(index: index == 0 ? 0 : index - 1) }

  /// Orders by time.
  public static func < (left: KeyMonth, right: KeyMonth) -> Bool { left.index < right.index }

  /// `yyyy-MM`.
  public var description: String {
    let digits = String(year)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + (month < 10 ? "-0" : "-") + String(month)
  }
}
