import LodgingPipeline

/// Fills one partition of a new topic with exactly the records of a sequence, however often that is interrupted.
///
/// Whoever begins again holds what is there against the sequence, from the first record on, and goes on behind it. An append of which it is not
/// known what became may have landed in whole, in part, or later: each offset that is told must therefore be the one that is due, and in
/// the end everything is read back and compared. A partition that holds anything else is refused; it has to be made anew.
struct TopicFilling {
  let cluster: any EventLog
  let place: TopicPartition
  /// The partition's name on the cluster.
  let name: String
  private let sequence: () throws(LogError) -> RecordSequence

  /// Names a partition and what it is to hold.
  init(of place: TopicPartition, on cluster: any EventLog, name: String, _ sequence: @escaping () throws(LogError) -> RecordSequence) {
    (self.place, self.cluster, self.name, self.sequence) = (place, cluster, name, sequence)
  }

  /// How far a partition is.
  struct State {
    /// What is to be appended; nothing where all is there.
    var rest: RecordSequence
    /// Whether the partition goes on behind the sequence's last record.
    var isLonger: Bool
  }

  /// Holds what is there against the sequence.
  ///
  /// Throws ``ServiceError/topicRefused(_:)`` at the first record that is another one, and `LogError`.
  func compare() throws -> State {
    let held = try cluster.bounds(of: place)
    guard held.start == 0 else { throw refusal("it begins at offset \(held.start), where records were before") }
    var rest = try sequence()
    var next: Int64 = 0
    while next < held.end {
      let (records, reached) = try cluster.copies(of: place, from: next, before: held.end)
      guard reached > next else { throw LogError.unavailable("\(name) ends at \(next), and ended at \(held.end) before") }
      for record in records {
        guard let due = try rest.take() else { return State(rest: rest, isLonger: true) }
        guard record.offset == next, record.new == due else { throw refusal("offset \(next) holds what the backup does not") }
        next += 1
      }
      guard next == reached else { throw refusal("it holds nothing at offset \(next)") }
    }
    return State(rest: rest, isLonger: false)
  }

  /// Appends what is missing and reads everything back.
  ///
  /// - Parameters:
  ///   - appender: Appends; nothing of it may be in flight.
  ///   - isOpen: Whether the partition may go on behind the sequence.
  ///   - progress: Told the offset up to which records were appended.
  /// - Returns: The sequence at its end.
  /// - Throws: ``ServiceError/appendFailed(_:)``, ``ServiceError/topicRefused(_:)``, `LogError`, and what `progress` throws.
  @discardableResult
  func fill(
    with appender: any LogAppender, isOpen: Bool = false, _ progress: (Int64) throws -> Void = { _ in }
  ) throws -> RecordSequence {
    var state = try compare()
    if !state.isLonger {
      while case let batch = try state.rest.take(records: Self.batchRecords, bytes: Self.batchBytes), !batch.isEmpty {
        try append(batch, endingAt: state.rest.next, appender)
        try progress(state.rest.next)
      }
      state = try compare()
    }
    guard try state.rest.take() == nil else { throw refusal("what was appended is not there") }
    if state.isLonger, !isOpen { throw refusal("it holds more than the backup") }
    return state.rest
  }

  private static let batchRecords = 1000
  private static let batchBytes = 1 << 20

  private func append(_ batch: [NewRecord], endingAt end: Int64, _ appender: any LogAppender) throws {
    let due = end - Int64(batch.count)..<end
    do {
      try appender.submit(batch, to: place, tag: UInt64(due.lowerBound))
      for answer in try appender.settle(1) {
        guard try answer.result.get().elementsEqual(due) else { throw refusal("somebody else writes to it, or something landed twice") }
      }
    } catch let error as LogError {
      appender.purge()
      throw ServiceError.appendFailed(
        "\(name), offsets \(due.lowerBound) to \(due.upperBound - 1): \(error). Run the same command again: it goes on behind what is there"
      )
    }
  }

  /// Why the partition cannot be filled.
  func refusal(_ what: String) -> ServiceError {
    .topicRefused(
      "\(name): \(what). A backup is put onto topics that are empty, or that an interrupted restore of the same backup left: stop all nodes and "
        + "producers, delete the register's topics, and make them with `lodging topics create --empty`")
  }
}
