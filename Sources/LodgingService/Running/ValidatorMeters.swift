import CoreMetrics
import LodgingDomain
import LodgingGateway
import LodgingPipeline

/// What one validator counts.
///
/// It belongs to the validator's thread.
struct ValidatorMeters {
  static let definitions = [
    decided, ticks, stages, steps, stepEvents, ages, inFlight, inFlightMax, partitions, restores, restoredEntries,
  ]

  private static let decided = MetricDefinition(
    "lodging_validator_decided_total", .counter, "Records of the events log that were decided and are in the ledger, by outcome.")
  private static let ticks = MetricDefinition(
    "lodging_validator_ticks_total", .counter, "Ticks that were decided, which tell nothing but the time.")
  private static let stages = MetricDefinition(
    "lodging_validator_stage_seconds_total", .counter, "Where validators' time went, by stage of a step.")
  private static let steps = MetricDefinition(
    "lodging_validator_step_duration_seconds", .histogram(MetricDefinition.seconds), "How long steps with events took.")
  private static let stepEvents = MetricDefinition(
    "lodging_validator_step_events", .histogram(MetricDefinition.counts), "How many events a step decided.")
  private static let ages = MetricDefinition(
    "lodging_validator_decision_delay_seconds", .histogram(MetricDefinition.seconds),
    "Time between the append of a step's oldest event and the moment when its decision was in the ledger.")
  private static let inFlight = MetricDefinition(
    "lodging_validator_submissions_in_flight", .gauge, "Submissions to the ledger that are not acknowledged, of the fullest partition.",
    seriesMax: 256)
  private static let inFlightMax = MetricDefinition(
    "lodging_validator_submissions_in_flight_max", .gauge, "How many submissions of a partition may be in flight.")
  private static let partitions = MetricDefinition(
    "lodging_validator_partitions", .gauge, "Partitions that validators own, by what they do with them.", seriesMax: 1024)

  private static let restores = MetricDefinition(
    "lodging_validator_restores_total", .counter, "States of partitions that were restored, by what their fold began with.")
  private static let restoredEntries = MetricDefinition(
    "lodging_validator_restored_records_total", .counter,
    "Records of the ledger that were read behind that to restore states, by what the fold began with.")

  private let outcomes: [(Counter, KeyPath<DecisionCounts, Int64>)]
  private let tickCounter: Counter
  private let stageCounters: [(FloatingPointCounter, KeyPath<StageTimes, Duration>)]
  private let stepTimer: Timer
  private let stepSize: Recorder
  private let delay: Timer
  private let fullest: Meter
  private let standings: [(PartitionStatus.Standing, Meter)]
  private let restoreCounters: [(states: Counter, entries: Counter, path: KeyPath<RestoreCounts, RestoreCounts.Kind>)]
  private var restored = RestoreCounts()
  private var counts = DecisionCounts()
  private var times = StageTimes()

  init(_ registry: MetricsRegistry, thread: Int) {
    let thread = String(thread)
    let outcomes: [(Outcome, KeyPath<DecisionCounts, Int64>)] = [
      (.accepted, \.accepted), (.flagged, \.flagged), (.rejected, \.rejected), (.duplicate, \.duplicate), (.undecodable, \.undecodable),
    ]
    self.outcomes = outcomes.map { (Self.decided.counter(registry, ["outcome": $0.name]), $1) }
    tickCounter = Self.ticks.counter(registry)
    let stages: [(String, KeyPath<StageTimes, Duration>)] = [
      ("read", \.read), ("decode", \.decode), ("open", \.open), ("look-up", \.lookUp), ("decide", \.decide), ("append", \.append),
    ]
    stageCounters = stages.map { (Self.stages.fractions(registry, ["stage": $0]), $1) }
    stepTimer = Self.steps.durations(registry)
    stepSize = Self.stepEvents.amounts(registry)
    delay = Self.ages.durations(registry)
    fullest = Self.inFlight.gauge(registry, ["thread": thread])
    standings = PartitionStatus.Standing.allCases.map {
      ($0, Self.partitions.gauge(registry, ["thread": thread, "standing": $0.rawValue]))
    }
    let beginnings: [(String, KeyPath<RestoreCounts, RestoreCounts.Kind>)] = [("snapshot", \.fromSnapshot), ("genesis", \.fromGenesis)]
    restoreCounters = beginnings.map {
      (Self.restores.counter(registry, ["from": $0]), Self.restoredEntries.counter(registry, ["from": $0]), $1)
    }
    Self.inFlightMax.gauge(registry).set(ValidatorSettings().submissionsInFlightMax)
  }

  /// Counts what a loop did since it was asked last; `isNew` where it began again from nothing.
  mutating func note(_ loop: ValidatorLoop, statuses: [PartitionStatus], isNew: Bool) {
    if isNew { (counts, times, restored) = (DecisionCounts(), StageTimes(), RestoreCounts()) }
    for (counter, path) in outcomes { counter.increment(by: loop.counts[keyPath: path] - counts[keyPath: path]) }
    tickCounter.increment(by: loop.counts.ticks - counts.ticks)
    for (counter, path) in stageCounters { counter.increment(by: (loop.times[keyPath: path] - times[keyPath: path]).seconds) }
    for counter in restoreCounters {
      let (now, before) = (loop.restored[keyPath: counter.path], restored[keyPath: counter.path])
      counter.states.increment(by: now.states - before.states)
      counter.entries.increment(by: now.entries - before.entries)
    }
    (counts, times, restored) = (loop.counts, loop.times, loop.restored)
    fullest.set(statuses.map(\.inFlight).max() ?? 0)
    for (standing, meter) in standings { meter.set(statuses.count { $0.standing == standing }) }
  }

  /// Counts a step with events.
  func noteStep(events: Int, took duration: Duration, oldest: Instant?, now: Instant) {
    stepTimer.record(duration)
    stepSize.record(events)
    if let oldest { delay.record(.milliseconds(max(0, now - oldest))) }
  }
}
