/// A person as fingerprints, each bound to the person's number so that equal names of two persons do not look equal.
public struct PersonFingerprints: Hashable, Sendable {
  /// The name in canonical form, upper case with its marks.
  public var exactName: UInt32
  /// The name without marks.
  public var foldedName: UInt32
  /// The sorted words of the folded name.
  public var sortedName: UInt32
  /// Each word of the folded name, at most ``wordsMax``, in the order of the name; 0 where there is none.
  public var words: Words
  /// Day of birth; 0 where unknown.
  public var birthDay: UInt16
  /// Month of birth; 0 where unknown.
  public var birthMonth: UInt16
  /// Year of birth; 0 where unknown.
  public var birthYear: UInt16
  /// Sex; 0 where unknown.
  public var sex: UInt16

  /// The fingerprints of the words of a name.
  public typealias Words = (UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16)

  /// Words of a name that are kept.
  public static let wordsMax = 8

  /// A person of whom nothing is known.
  public init() {
    exactName = 0
    foldedName = 0
    sortedName = 0
    words = (0, 0, 0, 0, 0, 0, 0, 0)
    birthDay = 0
    birthMonth = 0
    birthYear = 0
    sex = 0
  }

  /// Equal in every part.
  public static func == (left: PersonFingerprints, right: PersonFingerprints) -> Bool {
    left.exactName == right.exactName && left.foldedName == right.foldedName && left.sortedName == right.sortedName
      && left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2 && left.words.3 == right.words.3
      && left.words.4 == right.words.4 && left.words.5 == right.words.5 && left.words.6 == right.words.6 && left.words.7 == right.words.7
      && left.birthDay == right.birthDay && left.birthMonth == right.birthMonth
      && left.birthYear == right.birthYear && left.sex == right.sex
  }

  /// Feeds the parts that tell persons apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(exactName)
    hasher.combine(foldedName)
  }
}
