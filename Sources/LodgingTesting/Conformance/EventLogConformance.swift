public import LodgingPipeline

/// The checks that every adapter of the ``EventLog`` port must pass.
///
/// Each check gets a fresh, empty log and throws a ``ConformanceFailure`` that says what was wrong, or the log's own error. Data stays
/// below 5 MiB a partition.
///
/// ```swift
/// @Test("The log keeps the port's promises", arguments: EventLogConformance.checks(for: options))
/// func conforms(check: ConformanceCheck) throws {
///   try check.run(on: LogUnderTest(log: makeLog()), options)
/// }
/// ```
public enum EventLogConformance: Sendable {
  /// The checks that an adapter with these abilities must pass.
  public static func checks(for options: ConformanceOptions = ConformanceOptions()) -> [ConformanceCheck] {
    (appending + inFlight + records + reading + waiting + groups).filter { $0.needs.isSubset(of: options.abilities) }
  }
}

/// One promise of the port, put to the test.
public struct ConformanceCheck: Sendable, CustomStringConvertible {
  /// The promise, as a sentence.
  public let description: String
  let needs: Set<ConformanceOptions.Ability>
  private let body: @Sendable (LogBench) throws -> Void

  init(_ description: String, needs: Set<ConformanceOptions.Ability> = [], _ body: @escaping @Sendable (LogBench) throws -> Void) {
    self.description = description
    self.needs = needs
    self.body = body
  }

  /// Puts a fresh, empty log to the test.
  ///
  /// - Parameters:
  ///   - subject: The log and what the check may do to it; not used again afterwards.
  ///   - options: What the adapter can do.
  /// - Throws: ``ConformanceFailure``, or an error of the log where none was due.
  public func run(on subject: LogUnderTest, _ options: ConformanceOptions = ConformanceOptions()) throws {
    try body(LogBench(subject: subject, options: options))
  }
}

/// A fresh log and the levers that a check may pull.
public struct LogUnderTest: Sendable {
  /// The log.
  public var log: any EventLog
  /// The clock that append times come from, where the adapter lets it be injected.
  public var clock: ManualClock?
  /// Removes the records of a partition before an offset, as retention does, where the adapter can.
  public var trim: (@Sendable (TopicPartition, Int64) throws -> Void)?

  /// Makes a subject.
  public init(log: any EventLog, clock: ManualClock? = nil, trim: (@Sendable (TopicPartition, Int64) throws -> Void)? = nil) {
    self.log = log
    self.clock = clock
    self.trim = trim
  }
}

/// What an adapter can do, and what the checks find there.
public struct ConformanceOptions: Sendable {
  /// Something that not every adapter can do.
  public enum Ability: Sendable, Hashable, CaseIterable {
    /// Offsets of a partition follow each other without holes.
    case offsetsWithoutHoles
    /// Append times are the log's own and never fall; without it they may be the producer's.
    case appendTimes
    /// Append times come from ``LogUnderTest/clock``.
    case injectedClock
    /// ``LogUnderTest/trim`` works.
    case retention
    /// Members of a group share out the partitions.
    case groups
    /// One member of a group owns all partitions and the others none, for as long as it lives.
    case undividedGroups
  }

  /// What the adapter can do; everything by default.
  public var abilities: Set<Ability> = Set(Ability.allCases)
  /// Two topics that exist.
  public var topics: (first: Topic, second: Topic) = (.events, .ledger)
  /// How many partitions they have, at least 3.
  public var partitions = 4
  /// How long a check waits for what must happen before it fails; nothing waits this long on a log that conforms.
  public var patience: Duration = .seconds(60)

  /// The options of an adapter that can do everything.
  public init() {}

  /// The options of an adapter that cannot do some things.
  public init(without missing: Set<Ability>) {
    abilities.subtract(missing)
  }
}

/// A promise of the port that an adapter did not keep.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
  /// What was wrong.
  public let description: String

  init(_ description: String) { self.description = description }
}
