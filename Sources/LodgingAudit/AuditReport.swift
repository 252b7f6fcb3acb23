public import LodgingDomain

/// What an audit found.
public struct AuditReport: Sendable {
  /// Events of stays and garbage on the events topic; ticks and events about establishments are not counted.
  public var events = 0
  /// Of these, how many have a decision that counts.
  public var decided = 0
  /// Records of the events topic that entries behind them passed over, or that left the topic before any entry decided them.
  public var lost = 0
  /// Records behind the last decision: they wait for a validator.
  public var undecided = 0
  /// Records that more than one counted entry decides.
  public var doubled = 0
  /// Entries that do not count.
  public var ignored = 0
  /// Entries that seal the identity of an open stay to a later month's key.
  public var reseals = 0
  /// Entries with which an operator let a partition go on with another events log.
  public var resets = 0
  /// Decisions of records that the events log had lost when its source was reset; they count, and nothing is left to compare them with.
  public var orphaned = 0
  /// Everything that does not agree, in words and without personal data; at most ``differencesMax`` of them.
  public private(set) var differences: [String] = []
  /// How many differences there are.
  public private(set) var differenceCount = 0
  /// The first offset that each partition's events topic still holds.
  public var eventsKeptFrom: [Int: Int64] = [:]
  /// The offset behind the last entry of each partition that the audit looked at.
  public var ledgerEnds: [Int: Int64] = [:]
  /// What must be in a read model that stands where the audit was told.
  public var standing = AuditedStanding()

  /// How many differences are kept in words.
  public static let differencesMax = 100

  /// What each establishment's occupancy must be there.
  public var occupancy: [EstablishmentID: AuditedOccupancy] { standing.occupancy }

  /// Whether every record is decided once or waits for it, and everything agrees.
  public var isOK: Bool { lost == 0 && doubled == 0 && differenceCount == 0 }

  /// An empty report.
  public init() {}

  /// Notes something that does not agree.
  public mutating func differ(_ words: @autoclosure () -> String) {
    differenceCount += 1
    if differences.count < Self.differencesMax { differences.append(words()) }
  }
}

/// What the audit counts by itself, at one entry of each partition.
public struct AuditedStanding: Sendable {
  /// Decisions by outcome, of events of stays and garbage.
  public var outcomes: [Outcome: Int] = [:]
  /// Decisions by code, of events of stays and garbage; a duplicate's codes are those of the first verdict and not counted again.
  public var codes: [Code: Int] = [:]
  /// What each establishment's occupancy must be at its partition's ledger time.
  public var occupancy: [EstablishmentID: AuditedOccupancy] = [:]

  /// Nothing yet.
  public init() {}

  /// Counts a decision.
  mutating func count(_ outcome: Outcome, _ codes: CodeSet) {
    outcomes[outcome, default: 0] += 1
    guard outcome != .duplicate else { return }
    for code in codes.codes { self.codes[code, default: 0] += 1 }
  }

  /// Adds what was counted in a partition.
  mutating func add(_ other: AuditedStanding) {
    outcomes.merge(other.outcomes, uniquingKeysWith: +)
    codes.merge(other.codes, uniquingKeysWith: +)
    occupancy.merge(other.occupancy) { $1 }
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

  /// Whether the figures are the same.
  public func agrees(with other: Occupancy) -> Bool {
    present == other.present && overdue == other.overdue && presumedLeft == other.presumedLeft && citizens == other.citizens
      && foreigners == other.foreigners && minors == other.minors
  }
}
