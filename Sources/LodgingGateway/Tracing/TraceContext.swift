/// Which trace a request belongs to, as the `traceparent` header of W3C Trace Context says it.
public struct TraceContext: Sendable, Hashable {
  /// The trace: 32 hexadecimal digits, not all zero.
  public var traceID: String
  /// The step of whoever called: 16 hexadecimal digits, not all zero; nil where the trace begins here.
  public var parentID: String?
  /// Whether the caller records the trace.
  public var isSampled: Bool

  /// Begins a trace.
  public init(using generator: inout some RandomNumberGenerator) {
    let (high, low): (UInt64, UInt64) = (generator.next(), generator.next())
    traceID = Self.hexadecimal(high) + Self.hexadecimal(low | 1)
    parentID = nil
    isSampled = false
  }

  /// Reads a `traceparent` header; nil where it is none, and then a trace is to be begun.
  ///
  /// Of versions later than 00 the part that they share is read (W3C Trace Context, section 3.2.4).
  public init?(traceparent text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, Self.isHexadecimal(parts[0], count: 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
      Self.isHexadecimal(parts[1], count: 32), !Self.isZero(parts[1]), Self.isHexadecimal(parts[2], count: 16), !Self.isZero(parts[2]),
      Self.isHexadecimal(parts[3], count: 2), let flags = UInt8(parts[3], radix: 16)
    else { return nil }
    traceID = String(parts[1])
    parentID = String(parts[2])
    isSampled = flags & 1 == 1
  }

  /// The `traceparent` header that a step of this trace hands on, of version 00; a step has any number but 0.
  public func traceparent(step: UInt64) -> String { "00-\(traceID)-\(Self.hexadecimal(max(1, step)))-\(isSampled ? "01" : "00")" }

  private static func isHexadecimal(_ text: some StringProtocol, count: Int) -> Bool {
    text.utf8.count == count
      && text.utf8.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      }
  }

  private static func isZero(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
