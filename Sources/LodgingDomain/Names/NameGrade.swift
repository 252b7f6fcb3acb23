/// How well two names agree, from best to worst.
///
/// The raw values are part of the wire format and never change.
public enum NameGrade: UInt8, Hashable, Comparable, Sendable, CaseIterable {
  /// The canonical forms are the same.
  case exact = 1
  /// The same but for marks, apostrophes and hyphens.
  case accentsDiffer = 2
  /// The same words, without regard to marks, in another order.
  case orderDiffers = 3
  /// One of the names has one word more than the other; all other words agree, in any order and without regard to marks.
  case wordMissing = 4
  /// The names differ by more than that.
  case differs = 5

  /// Orders from best to worst.
  public static func < (left: NameGrade, right: NameGrade) -> Bool { left.rawValue < right.rawValue }
}

extension GuestName {
  /// Grades the agreement with another name; the order of the two does not matter.
  public func compare(with other: GuestName) -> NameGrade {
    if canonicalBytes == other.canonicalBytes { return .exact }
    if foldedBytes == other.foldedBytes { return .accentsDiffer }
    let (words, otherWords) = (sortedWords(), other.sortedWords())
    let isShorter = words.count <= otherWords.count
    let unmatched =
      isShorter
      ? Self.unmatchedWords(of: otherWords, in: other.foldedBytes, by: words, in: foldedBytes)
      : Self.unmatchedWords(of: words, in: foldedBytes, by: otherWords, in: other.foldedBytes)
    guard let unmatched else { return .differs }
    return unmatched == 0 ? .orderDiffers : .wordMissing
  }

  private func sortedWords() -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    Self.findWords(in: foldedBytes, into: &ranges)
    Self.sortWords(&ranges, of: foldedBytes)
    return ranges
  }

  /// How many words of the longer name the shorter one lacks, 0 or 1; nil if it is more, or if the shorter one has a word of its own.
  private static func unmatchedWords(
    of longer: [Range<Int>], in longerForm: [UInt8], by shorter: [Range<Int>], in shorterForm: [UInt8]
  ) -> Int? {
    guard longer.count - shorter.count <= 1 else { return nil }
    var unmatched = 0
    var place = 0
    for word in longer {
      if place < shorter.count, order(word, shorter[place], of: longerForm, shorterForm) == 0 {
        place += 1
      } else {
        unmatched += 1
      }
    }
    return place == shorter.count ? unmatched : nil
  }
}
