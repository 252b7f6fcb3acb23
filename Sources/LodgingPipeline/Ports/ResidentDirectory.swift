public import LodgingDomain

/// The population register as the validator may ask it: keyed fingerprints in, grades out, no name in either direction.
public protocol ResidentDirectory: Sendable {
  /// The version that answers now; it rises with every build and every change that is applied.
  var version: UInt64 { get }

  /// Answers a batch of questions in order, all from one version, and returns that version.
  ///
  /// `answers` is filled to the count of `questions`; nothing is allocated for a question that matches exactly. Where a name does not, the
  /// whole person is needed to say how it differs: `whole` is called with the question's index then, at most once for each, and answers
  /// with all fingerprints of the declared person, bound to the question's key.
  func lookUp(
    _ questions: borrowing [ResidentQuestion], into answers: inout [ResidentAnswer], whole: (Int) -> PersonFingerprints
  ) throws -> UInt64
}

/// What a guest declared, as fingerprints under the directory's key; see `DirectoryFingerprints` in LodgingWire for how they are made.
public struct ResidentQuestion: Sendable {
  /// How the resident is found.
  public var by: Key
  /// The fingerprint of the personal number, or of the document number.
  public var key: UInt64
  /// The declared person; of the name, the exact form is enough.
  public var person: PersonFingerprints

  /// Which table answers.
  public enum Key: UInt8, Sendable {
    /// The twelve-digit personal number.
    case personalNumber
    /// Another document of a citizen, such as a passport.
    case documentNumber
  }

  /// Makes a question from its parts.
  public init(by: Key, key: UInt64, person: PersonFingerprints) {
    self.by = by
    self.key = key
    self.person = person
  }
}

/// What the directory says of one question: `directory.*` codes, none where everything matches.
public struct ResidentAnswer: Sendable, Hashable {
  /// The findings.
  public var codes: CodeSet

  /// Makes an answer.
  public init(codes: CodeSet = []) { self.codes = codes }
}
