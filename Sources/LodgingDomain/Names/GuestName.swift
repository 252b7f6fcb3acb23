/// A person's full name, comparable step by step.
///
/// Texts must be in Unicode NFC, which the wire layer takes care of. Where a mark was left apart from its letter, it survives in the
/// canonical form and is dropped from the folded one: such a name grades as ``NameGrade/accentsDiffer`` at worst for that reason.
///
/// ```swift
/// let declared = try GuestName("Nguyen Van  An")
/// declared.compare(with: try GuestName("NGUYỄN VĂN AN"))  // .accentsDiffer
/// ```
public struct GuestName: Sendable {
  /// The name as it was given.
  public let text: String
  /// UTF-8 of the canonical form.
  let canonicalBytes: [UInt8]
  /// UTF-8 of the folded form.
  let foldedBytes: [UInt8]

  /// The longest name in bytes of UTF-8.
  public static let bytesMax = 512

  /// Takes a name.
  ///
  /// - Parameter text: The name in Unicode NFC, family name first for Vietnamese names.
  /// - Throws: `GuestNameError`.
  public init(_ text: some StringProtocol) throws(GuestNameError) {
    guard text.utf8.count <= Self.bytesMax else { throw .tooLong }
    var canonical: [UInt8] = []
    var folded: [UInt8] = []
    Self.appendCanonical(text, to: &canonical)
    Self.appendFolded(text, to: &folded)
    guard !canonical.isEmpty else { throw .empty }
    guard folded.contains(where: { $0 >= 0x80 || ($0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z")) }) else { throw .noLetter }
    self.text = String(text)
    canonicalBytes = canonical
    foldedBytes = folded
  }

  /// The exact form: upper case with all marks, words separated by one space.
  public var canonical: String { String(decoding: canonicalBytes, as: UTF8.self) }

  /// The form without marks: `Đ` as `D`, no apostrophes and full stops, hyphens and commas as spaces.
  public var folded: String { String(decoding: foldedBytes, as: UTF8.self) }

  /// The words of the folded form, in the order of the name.
  public var words: [String] {
    var ranges: [Range<Int>] = []
    Self.findWords(in: foldedBytes, into: &ranges)
    return ranges.map { String(decoding: foldedBytes[$0], as: UTF8.self) }
  }
}

extension GuestName: Hashable {
  /// Names are equal if their canonical forms are.
  public static func == (left: GuestName, right: GuestName) -> Bool {
    left.canonicalBytes == right.canonicalBytes
  }

  /// Feeds the canonical form.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(canonicalBytes)
  }
}

/// Why a text is no name.
public enum GuestNameError: Error, Hashable, Sendable {
  /// There is nothing but white space.
  case empty
  /// There are more than ``GuestName/bytesMax`` bytes.
  case tooLong
  /// There is no letter.
  case noLetter
}
