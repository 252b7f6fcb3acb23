/// How much of each partition of a validator may be in flight.
///
/// Of what the log takes of one appender, one half is shared out evenly, so that partitions which are acknowledged find room beside others
/// that are not for long. The other half is for whoever has most to do, so that a backlog is read in long runs. What was in flight of a
/// partition that was given away, ticks and bytes are not counted: where a log takes no more for them, the state is dropped and restored.
struct FlightShare {
  /// Either submissions or entries.
  private struct Share {
    /// What each partition may have in flight whatever the others have.
    let assured: Int
    /// What is free of the rest.
    var spare: Int

    /// Of so much in all, for partitions that have so much in flight; each may have at least one.
    init(of all: Int, inFlight: [Int]) {
      let assured = max(1, all / 2 / max(1, inFlight.count))
      self.assured = assured
      spare = all - assured * inFlight.count - inFlight.reduce(0) { $0 + max(0, $1 - assured) }
    }

    func room(beside inFlight: Int) -> Int { max(0, assured - inFlight) + max(0, spare) }

    mutating func take(_ count: Int, beside inFlight: Int) { spare -= max(0, count - max(0, assured - inFlight)) }
  }

  private let submissionsMax: Int
  private var submissions: Share
  private var entries: Share

  /// What is left to these partitions.
  init(_ owners: [PartitionOwner], _ settings: ValidatorSettings) {
    submissionsMax = settings.submissionsInFlightMax
    submissions = Share(of: LogLimits.submissionsInFlightMax, inFlight: owners.map(\.inFlight.count))
    entries = Share(of: settings.entriesInFlightMax, inFlight: owners.map(\.entriesInFlight))
  }

  /// How many events of a partition may be decided now, for one more submission.
  func room(of owner: PartitionOwner) -> Int {
    let inFlight = owner.inFlight.count
    guard owner.phase == .deciding, inFlight < submissionsMax, submissions.room(beside: inFlight) > 0 else { return 0 }
    return entries.room(beside: owner.entriesInFlight)
  }

  /// Notes that a submission of so many is about to be made.
  mutating func take(_ count: Int, of owner: PartitionOwner) {
    submissions.take(1, beside: owner.inFlight.count)
    entries.take(count, beside: owner.entriesInFlight)
  }
}

extension PartitionOwner {
  fileprivate var entriesInFlight: Int { inFlight.reduce(0) { $0 + $1.positions.count } }
}
