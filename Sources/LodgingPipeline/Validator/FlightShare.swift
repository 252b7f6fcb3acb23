/// How much of each partition of a validator may be in flight.
///
/// Of the entries that the log takes of one appender, one half is shared out evenly, so that partitions which are acknowledged find room beside
/// others that are not for long. The other half is for whoever has most to do, so that a backlog is read in long runs. What was in flight of a
/// partition that was given away, ticks and bytes are not counted: where a log takes no more for them, the state is dropped and restored.
struct FlightShare {
  /// Submissions of a partition.
  let submissions: Int
  /// Entries that each partition may have in flight whatever the others have.
  private let assured: Int
  /// What is free of the other half.
  private var spare: Int

  /// What is left to these partitions; each may have at least one submission of one entry.
  init(_ owners: [PartitionOwner], _ settings: ValidatorSettings) {
    let (partitions, half) = (max(1, owners.count), settings.entriesInFlightMax / 2)
    submissions = max(1, min(settings.submissionsInFlightMax, LogLimits.submissionsInFlightMax / partitions))
    let assured = max(1, half / partitions)
    self.assured = assured
    spare = half - owners.reduce(0) { $0 + max(0, $1.entriesInFlight - assured) }
  }

  /// How many events of a partition may be decided now.
  func room(of owner: PartitionOwner) -> Int {
    guard owner.phase == .deciding, owner.inFlight.count < submissions else { return 0 }
    return max(0, assured - owner.entriesInFlight) + max(0, spare)
  }

  /// Notes that so many more are about to be.
  mutating func take(_ entries: Int, of owner: PartitionOwner) {
    spare -= max(0, entries - max(0, assured - owner.entriesInFlight))
  }
}

extension PartitionOwner {
  fileprivate var entriesInFlight: Int { inFlight.reduce(0) { $0 + $1.positions.count } }
}
