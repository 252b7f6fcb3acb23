public import LodgingDomain

/// What an audit found.
public struct AuditReport: Sendable {
  /// Events of stays and garbage on the events topic; ticks and events about establishments are not counted.
  public var events = 0
  /// Of these, how many have a decision that counts.
  public var decided = 0
  /// Records of the events topic that no entry decides.
  public var lost = 0
  /// Records that more than one counted entry decides.
  public var doubled = 0
  /// Entries that do not count.
  public var ignored = 0
  /// Entries that seal the identity of an open stay to a later month's key.
  public var reseals = 0
  /// Everything that does not agree, in words and without personal data; at most ``differencesMax`` of them.
  public private(set) var differences: [String] = []
  /// How many differences there are.
  public private(set) var differenceCount = 0
  /// The first offset that each partition's events topic still holds.
  public var eventsKeptFrom: [Int: Int64] = [:]
  /// Decisions by outcome, of events of stays and garbage.
  public var outcomes: [Outcome: Int] = [:]
  /// Decisions by code, of events of stays and garbage.
  public var codes: [Code: Int] = [:]
  /// What each establishment's occupancy must be at its partition's ledger time.
  public var occupancy: [EstablishmentID: AuditedOccupancy] = [:]
  /// Ledger time of each partition.
  public var now: [Int: Instant] = [:]

  /// How many differences are kept in words.
  public static let differencesMax = 100

  /// Whether every record is decided once, and everything agrees.
  public var isOK: Bool { lost == 0 && doubled == 0 && differenceCount == 0 }

  /// An empty report.
  public init() {}

  /// Notes something that does not agree.
  public mutating func differ(_ words: @autoclosure () -> String) {
    differenceCount += 1
    if differences.count < Self.differencesMax { differences.append(words()) }
  }
}

/// An establishment's occupancy as the audit counts it.
public struct AuditedOccupancy: Hashable, Sendable {
  /// Guests whose planned departure lies ahead.
  public var present = 0
  /// Guests whose planned departure has passed.
  public var overdue = 0
  /// Open stays whose guest is taken to have left.
  public var presumedLeft = 0
  /// Guests who are citizens.
  public var citizens = 0
  /// Guests who are foreigners.
  public var foreigners = 0
  /// Guests under eighteen.
  public var minors = 0

  /// Nobody.
  public init() {}
}
