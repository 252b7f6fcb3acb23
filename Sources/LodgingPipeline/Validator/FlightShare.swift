/// How much of each partition of a validator may be in flight: what the log takes of one appender, shared out evenly.
///
/// So the entries of partitions that are acknowledged find room beside those of others that are not for long. What was in flight of a
/// partition that was given away, ticks and bytes are not counted: where a log takes no more for them, the state is dropped and restored.
struct FlightShare {
  /// Submissions of a partition.
  let submissions: Int
  /// Entries of a partition.
  let entries: Int

  /// The share of each of so many partitions; at least one submission of one entry.
  init(partitions: Int, _ settings: ValidatorSettings) {
    let partitions = max(1, partitions)
    submissions = max(1, min(settings.submissionsInFlightMax, LogLimits.submissionsInFlightMax / partitions))
    entries = max(1, settings.entriesInFlightMax / partitions)
  }
}

extension PartitionOwner {
  /// How many more events may be decided now; where a partition's entries are in flight, as many fewer.
  func room(_ share: FlightShare) -> Int {
    guard phase == .deciding, inFlight.count < share.submissions else { return 0 }
    return max(0, share.entries - inFlight.reduce(0) { $0 + $1.positions.count })
  }
}
