/// What was looked up for one event before it was decided; stored with the decision so that an audit can decide again.
///
/// Facts hold no identity: fingerprints and digests are keyed by the month and end with its key.
public struct Facts: Hashable, Sendable {
  /// What came of opening the identity.
  public var seal: SealOutcome
  /// The month of the key that the identity is sealed to, and that digests and fingerprints are made with.
  public var month: KeyMonth
  /// The digest of the event's content under the key of `month`.
  public var digest: Digest128
  /// The digest of the event's content under the month of the event that is registered under the same id, where that is another month and
  /// its key exists.
  public var priorDigest: Digest128?
  /// What is wrong with the identity by itself.
  public var problems: [FieldProblem]
  /// What the identity and the directory say beside the stay: `document.*` and `directory.*` flags.
  public var flags: CodeSet
  /// Whether the guest is under eighteen on the day of arrival.
  public var isMinor: Bool
  /// The document under the key of `month` and of the month before it, where that exists; none where no usable number was declared.
  public var fingerprints: [DocumentFingerprint]
  /// The version of the resident directory that was asked.
  public var directoryVersion: UInt64
  /// What the durable id index said, for ids that the state no longer remembers.
  public var idIndex: IdIndexAnswer

  /// Makes facts from their parts; the defaults are those of an event without identity.
  public init(
    seal: SealOutcome = .absent, month: KeyMonth, digest: Digest128, priorDigest: Digest128? = nil, problems: [FieldProblem] = [],
    flags: CodeSet = [], isMinor: Bool = false, fingerprints: [DocumentFingerprint] = [], directoryVersion: UInt64 = 0,
    idIndex: IdIndexAnswer = .notAsked
  ) {
    self.seal = seal
    self.month = month
    self.digest = digest
    self.priorDigest = priorDigest
    self.problems = problems
    self.flags = flags
    self.isMinor = isMinor
    self.fingerprints = fingerprints
    self.directoryVersion = directoryVersion
    self.idIndex = idIndex
  }
}

/// What came of opening a sealed identity.
public enum SealOutcome: UInt8, Sendable {
  /// The event carries no identity, as a check-out does.
  case absent = 0
  /// Opened, or plain where plain is allowed.
  case opened = 1
  /// The box does not open, or what it holds is not an identity.
  case unreadable = 2
  /// The month's key takes no more events, or is destroyed.
  case expired = 3
  /// Plain identity where the configuration refuses it.
  case plainRefused = 4
}

/// The durable id index's answer about an event's id and the stay that it names.
///
/// Few events ask, so what was answered lies apart and makes the facts of all others no larger.
public enum IdIndexAnswer: Hashable, Sendable {
  /// All times of the event lie in the window, so the state knows the answer.
  case notAsked
  /// Asked at a position that covers everything the state has forgotten.
  indirect case asked(event: RegisteredEvent?, stay: RegisteredEvent?, after: RegisteredEvent?, position: Int64)

  /// What is registered under the event's own id, as far as the index was asked.
  package var event: RegisteredEvent? {
    guard case .asked(let event, _, _, _) = self else { return nil }
    return event
  }

  /// What is registered under the id of the stay that the event names.
  var stay: RegisteredEvent? {
    guard case .asked(_, let stay, _, _) = self else { return nil }
    return stay
  }

  /// What is registered under the id that must be registered before.
  var after: RegisteredEvent? {
    guard case .asked(_, _, let after, _) = self else { return nil }
    return after
  }
}
