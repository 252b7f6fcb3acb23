/// The reason for a stay, by its number in the citizens' sheet.
///
/// Only the meaning of 20 is fixed; the other labels belong to a catalogue file.
public struct StayReason: Hashable, Sendable {
  /// The number, 1 to 20.
  public let number: UInt8

  /// The numbers that exist.
  public static let numbers: ClosedRange<UInt8> = 1...20
  /// Another reason, which is given in words.
  public static let other = StayReason(unchecked: 20)

  /// Takes a number; nil outside 1 to 20.
  public init?(number: some BinaryInteger) {
    guard let byte = UInt8(exactly: number), Self.numbers.contains(byte) else { return nil }
    self.init(unchecked: byte)
  }

  private init(unchecked number: UInt8) {
    self.number = number
  }

  /// Whether the reason must be given in words too.
  public var needsText: Bool { self == .other }
}
