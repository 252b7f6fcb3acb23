import LodgingPipeline
import Synchronization

/// Landing by hand: which submission reaches the log when, and what its appender hears.
extension SimulatedLog {
  /// Everything in flight, in the order of going into flight.
  public var inFlight: [SimulatedSubmission] { state.withLock { $0.inFlight } }

  /// Lands the next submissions in their order, abandoned ones too, and returns how many there were.
  @discardableResult
  public func land(next count: Int = .max) -> Int {
    let chosen = inFlight.prefix(count)
    for submission in chosen { land(submission) }
    return chosen.count
  }

  /// Lands a submission and takes it out of flight; one that is not in flight is left alone.
  ///
  /// - Parameters:
  ///   - submission: One of ``inFlight``.
  ///   - indexes: Which of its records land, by their index and in this order; all by default. Leaving one out loses the middle of a
  ///     partition.
  ///   - again: Whether a copy stays in flight that nobody waits for, to land a second time later.
  ///   - answer: What its appender hears, unless it gave the submission up.
  /// - Returns: The offsets of the records that landed.
  @discardableResult
  public func land(
    _ submission: SimulatedSubmission, only indexes: [Int]? = nil, again: Bool = false, answer: SimulatedAnswer = .truth
  ) -> [Int64] {
    let now = clock.now
    return state.withLock { state in
      guard let index = state.inFlight.firstIndex(where: { $0.id == submission.id }) else { return [] }
      let found = state.inFlight.remove(at: index)
      if again { state.repeatLater(found) }
      return state.land(found, only: indexes, answer: answer, now: now)
    }
  }

  /// Loses a submission in flight as a whole.
  public func drop(_ submission: SimulatedSubmission, answer: SimulatedAnswer = .truth) {
    land(submission, only: [], answer: answer)
  }

  /// Does one random thing to one random submission in flight, and says what; nil where nothing is in flight.
  ///
  /// Submissions of one living appender to one partition land in their order, as an idempotent producer's do; abandoned ones land in any
  /// order.
  @discardableResult
  public func deliverOne(using random: inout SeededGenerator, odds: DeliveryOdds = DeliveryOdds()) -> Delivered? {
    var heads: Set<Lane> = []
    let unreachable = unreachable
    let ready = inFlight.filter { !unreachable.contains($0.place) }.filter {
      $0.isAbandoned || heads.insert(Lane(appender: $0.appender, place: $0.place)).inserted
    }
    guard let submission = random.pick(ready) else { return nil }
    let outcome = odds.draw(&random)
    switch outcome {
    case .landed: land(submission)
    case .landedTwice: land(submission, again: true)
    case .landedUnheard: land(submission, answer: .failure(.unavailable("timed out")))
    case .landedInPart:
      let lost = random.below(max(1, submission.records.count))
      land(submission, only: submission.records.indices.filter { $0 != lost })
    case .dropped: drop(submission)
    }
    return Delivered(submission: submission, outcome: outcome)
  }
}

/// What an appender sends to one partition, which arrives in its order.
private struct Lane: Hashable {
  var appender: Int
  var place: TopicPartition
}

/// What ``SimulatedLog/deliverOne(using:odds:)`` did.
public struct Delivered: Sendable {
  /// The submission.
  public var submission: SimulatedSubmission
  /// What became of it.
  public var outcome: Outcome

  /// The kinds of delivery.
  public enum Outcome: Sendable, Hashable, CaseIterable {
    /// As it should be.
    case landed
    /// Landed, and a copy is still in flight.
    case landedTwice
    /// Landed, but its appender heard of a failure.
    case landedUnheard
    /// One record did not land, the others did.
    case landedInPart
    /// Nothing landed.
    case dropped
  }
}

/// How often each kind of delivery happens, as weights.
public struct DeliveryOdds: Sendable {
  /// The weight of ``Delivered/Outcome/landed``.
  public var landed = 90
  /// The weight of ``Delivered/Outcome/landedTwice``.
  public var landedTwice = 3
  /// The weight of ``Delivered/Outcome/landedUnheard``.
  public var landedUnheard = 2
  /// The weight of ``Delivered/Outcome/landedInPart``.
  public var landedInPart = 3
  /// The weight of ``Delivered/Outcome/dropped``.
  public var dropped = 2

  /// The default weights: one delivery in ten goes wrong.
  public init() {}

  /// Weights under which nothing goes wrong.
  public static var faultless: DeliveryOdds {
    var odds = DeliveryOdds()
    (odds.landedTwice, odds.landedUnheard, odds.landedInPart, odds.dropped) = (0, 0, 0, 0)
    return odds
  }

  func draw(_ random: inout SeededGenerator) -> Delivered.Outcome {
    var rest = random.below(landed + landedTwice + landedUnheard + landedInPart + dropped)
    for (weight, outcome) in [
      (landedTwice, Delivered.Outcome.landedTwice), (landedUnheard, .landedUnheard), (landedInPart, .landedInPart), (dropped, .dropped),
    ] {
      if rest < weight { return outcome }
      rest -= weight
    }
    return .landed
  }
}
