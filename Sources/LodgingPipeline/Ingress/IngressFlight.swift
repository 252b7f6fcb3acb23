/// What was read of one partition of a chain's topic.
struct IngressBatch {
  var partition: Int
  var records: [NewRecord] = []
  var refusals: [NewRecord] = []
  var codes: [String] = []
  /// Where the partition goes on once all of it is acknowledged.
  var next: Int64
}

/// What of a chain's events is submitted and not acknowledged: one batch of a partition at a time, so that a batch that fails is made again
/// before the next.
struct IngressFlight {
  private struct Open {
    var batch: IngressBatch
    var tags: Set<UInt64>
    var failure: LogError?
    let since = ContinuousClock.now
  }

  private var open: [Int: Open] = [:]
  private var partitions: [UInt64: Int] = [:]
  private var next: UInt64 = 0

  /// Whether nothing is in flight.
  var isEmpty: Bool { open.isEmpty }

  /// Whether a partition has a batch in flight.
  func holds(_ partition: Int) -> Bool { open[partition] != nil }

  /// When the oldest batch was submitted.
  var since: ContinuousClock.Instant? { open.values.map(\.since).min() }

  /// Submits a batch, its records and its refusals; where this throws, what is in flight of it is nobody's.
  mutating func submit(
    _ batch: IngressBatch, to submissions: [(TopicPartition, [NewRecord])], by appender: any LogAppender
  ) throws(LogError) {
    var entry = Open(batch: batch, tags: [])
    for (place, records) in submissions where !records.isEmpty {
      next += 1
      try appender.submit(records, to: place, tag: next)
      entry.tags.insert(next)
    }
    for tag in entry.tags { partitions[tag] = batch.partition }
    open[batch.partition] = entry
  }

  /// A batch all of which is acknowledged now, with what went wrong; nil while some of it is not, and for what is nobody's.
  mutating func take(
    _ acknowledgement: Acknowledgement
  ) -> (batch: IngressBatch, failure: LogError?, since: ContinuousClock.Instant)? {
    guard let partition = partitions.removeValue(forKey: acknowledgement.tag), var entry = open[partition] else { return nil }
    entry.tags.remove(acknowledgement.tag)
    if case .failure(let error) = acknowledgement.result { entry.failure = entry.failure ?? error }
    open[partition] = entry.tags.isEmpty ? nil : entry
    return entry.tags.isEmpty ? (entry.batch, entry.failure, entry.since) : nil
  }

  /// Forgets a partition that is another member's now; what is in flight of it may land.
  mutating func forget(_ partition: Int) {
    guard let entry = open.removeValue(forKey: partition) else { return }
    for tag in entry.tags { partitions[tag] = nil }
  }
}
