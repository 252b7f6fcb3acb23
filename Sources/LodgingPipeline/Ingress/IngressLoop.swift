import LodgingDomain

/// Moves one chain's events over to the events topic, partition by partition and in order.
///
/// What the chain may not send stays on its own topic, and a refusal is appended to the chain's topic of refusals. The position is the
/// group's, committed once what was read is acknowledged; whoever is interrupted leaves records that are moved again. A validator knows those
/// by their ids and their content, so nothing is registered twice.
///
/// It belongs to one thread, which calls ``step(timeout:)`` until it is told to end.
package final class IngressLoop {
  private let context: IngressContext
  private let group: any PartitionGroup
  private let appender: any LogAppender
  private let topic: Topic
  private var examiner: IngressExaminer
  /// The offset to read next of each partition that is owned.
  private var positions: [Int: Int64] = [:]

  /// Records moved since the loop began.
  package private(set) var moved = 0
  /// Records refused since the loop began, by code.
  package private(set) var refused: [String: Int] = [:]

  private static let stepRecordsMax = 256
  /// How long an append may go without an answer; the producer gives up earlier.
  private static let patience: Duration = .seconds(60)

  /// Makes a loop that moves the partitions which the group assigns to it.
  ///
  /// Throws where the log does not hold the topics, and ``LogError/fatal(_:)`` where the chain's topic has other partitions than the events
  /// topic: then keys lie elsewhere, and an establishment's events would lose their order.
  package init(context: IngressContext, group: any PartitionGroup) throws(LogError) {
    self.context = context
    self.group = group
    topic = .ingress(of: context.chain)
    let count = try context.log.partitions(of: .events)
    let own = try context.log.partitions(of: topic)
    guard own == count else {
      throw .fatal("\(topic) has \(own) partitions, \(Topic.events) \(count); make it anew with as many, see `lodging topics check`")
    }
    examiner = IngressExaminer(partitions: count)
    appender = try context.log.makeAppender()
  }

  /// Moves what there is, and waits at most `timeout` where that is nothing; returns how many records were looked at.
  ///
  /// Whatever this throws, the next step goes on from what was committed or acknowledged.
  package func step(timeout: Duration) throws(LogError) -> Int {
    try followGroup(timeout: positions.isEmpty ? timeout : .zero)
    let batches = try readBatches()
    guard !batches.isEmpty else {
      guard !positions.isEmpty else { return 0 }
      let places = positions.map { (TopicPartition(topic, $0.key), $0.value) }
      try context.log.waitForRecords(after: Dictionary(uniqueKeysWithValues: places), timeout: timeout)
      return 0
    }
    try append(batches)
    return batches.reduce(0) { $0 + $1.records.count + $1.refusals.count }
  }

  /// How many records wait on the chain's topic, of the partitions that are owned.
  package func lag() throws(LogError) -> Int64 {
    var lag: Int64 = 0
    for (partition, position) in positions { lag += max(0, try context.log.bounds(of: TopicPartition(topic, partition)).end - position) }
    return lag
  }

  /// The partitions that are owned.
  package var owned: Int { positions.count }

  /// Gives all partitions back.
  package func leave() {
    positions.removeAll()
    group.leave()
  }

  // MARK: Ownership

  private func followGroup(timeout: Duration) throws(LogError) {
    switch try group.poll(timeout: timeout) {
    case .assigned(let partitions): for partition in partitions { positions[partition] = try start(of: partition) }
    case .revoked(let partitions): for partition in partitions { positions[partition] = nil }
    case nil: break
    }
  }

  /// Where a partition goes on: at the group's position, and from the start where there is none or the topic does not hold it any more.
  private func start(of partition: Int) throws(LogError) -> Int64 {
    let held = try context.log.bounds(of: TopicPartition(topic, partition))
    guard let committed = try group.committedPosition(of: partition) else { return held.start }
    guard committed < held.start || committed > held.end else { return committed }
    context.monitor.alarm(
      .readFailed(
        partition: partition,
        reason: "\(topic) holds offsets \(held.start) up to \(held.end), not \(committed) where moving stood; it goes on from the first"))
    return held.start
  }

  // MARK: One step

  /// What was read of one partition.
  private struct Batch {
    var partition: Int
    var records: [NewRecord] = []
    var refusals: [NewRecord] = []
    var codes: [String] = []
    var next: Int64
  }

  private func readBatches() throws(LogError) -> [Batch] {
    let establishments = context.establishments()
    var batches: [Batch] = []
    for (partition, position) in positions.sorted(by: { $0.key < $1.key }) {
      var batch = Batch(partition: partition, next: position)
      batch.next = try context.log.read(
        TopicPartition(topic, partition), from: position, limit: ReadLimit(records: Self.stepRecordsMax)
      ) { (record: borrowing LogRecord) throws(LogError) in
        take(record, establishments, into: &batch)
      }
      if batch.next > position { batches.append(batch) }
    }
    return batches
  }

  private func take(_ record: borrowing LogRecord, _ establishments: Set<EstablishmentID>, into batch: inout Batch) {
    switch examiner.judge(record, partition: batch.partition, establishments: establishments) {
    case .taken(let moved): batch.records.append(moved)
    case .refused(let code, let reason):
      let refusal = IngressRefusal(
        partition: batch.partition, offset: record.offset, appended: record.appended, code: code, reason: reason)
      // A key may be as large as a record: what nobody can be is not repeated.
      let key = record.key.flatMap { $0.count <= EstablishmentID.lengthMax ? Array($0) : nil }
      batch.refusals.append(NewRecord(key: key, value: context.describe(refusal)))
      batch.codes.append(code)
    }
  }

  /// Appends what was read; where an append fails its partition is read again from where it stood.
  private func append(_ batches: [Batch]) throws(LogError) {
    var open: Set<UInt64> = []
    var failure: LogError?
    do throws(LogError) {
      for (index, batch) in batches.enumerated() {
        let tag = UInt64(index) * 2
        if !batch.records.isEmpty {
          try appender.submit(batch.records, to: TopicPartition(.events, batch.partition), tag: tag)
          open.insert(tag)
        }
        if !batch.refusals.isEmpty {
          try appender.submit(batch.refusals, to: TopicPartition(.refusals(of: context.chain), 0), tag: tag + 1)
          open.insert(tag + 1)
        }
      }
    } catch {
      failure = error
    }
    let submitted = failure == nil ? batches : []
    var failed: Set<Int> = []
    let deadline = ContinuousClock.now + Self.patience
    while !open.isEmpty, ContinuousClock.now < deadline {
      for acknowledgement in try appender.acknowledgements(timeout: .seconds(1)) {
        open.remove(acknowledgement.tag)
        guard case .failure(let error) = acknowledgement.result else { continue }
        failed.insert(Int(acknowledgement.tag / 2))
        failure = failure ?? error
      }
    }
    if !open.isEmpty { appender.purge() }
    failed.formUnion(open.map { Int($0 / 2) })
    for (index, batch) in submitted.enumerated() where !failed.contains(index) { settle(batch) }
    if let failure { throw failure }
    if !open.isEmpty { throw .unavailable("no answer to an append within \(Self.patience)") }
  }

  private func settle(_ batch: Batch) {
    positions[batch.partition] = batch.next
    group.publish(position: batch.next, of: batch.partition)
    moved += batch.records.count
    for code in batch.codes { refused[code, default: 0] += 1 }
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension IngressLoop: Sendable {}
