import LodgingDomain

/// Moves one chain's events over to the events topic, partition by partition and in order.
///
/// What the chain may not send stays on its own topic, and a refusal is appended to the chain's topic of refusals. The position is the
/// group's, committed once what was read is acknowledged; whoever is interrupted leaves records that are moved again. A validator knows those
/// by their ids and their content, so nothing is registered twice.
///
/// A partition that cannot be read or written for now holds no other one up, and the membership is kept: whoever gave everything back for it
/// would make all members share out anew.
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
  /// Partitions that are owned and whose position is still to be asked for.
  private var unplaced: Set<Int> = []
  private var silent = SilentPartitions<Int>()
  private let began = ContinuousClock.now
  private var flight = IngressFlight()
  /// How many records waited in each partition when it was asked last.
  private var lags: [Int: Int64] = [:]

  /// Records moved since the loop began.
  package private(set) var moved = 0
  /// Records refused since the loop began, by code.
  package private(set) var refused: [String: Int] = [:]

  private static let stepRecordsMax = 256
  /// How long an append may go without an answer; the producer gives up earlier.
  private static let patience: Duration = .seconds(60)

  /// Makes a loop that moves the partitions which the group assigns to it.
  ///
  /// Throws where the log does not hold the topics, and ``LogError/fatal(_:)`` where the chain's topic has fewer partitions than the ledger
  /// was begun with: then keys lie elsewhere, and an establishment's events would lose their order. Nothing lies right on partitions beyond
  /// those: what a chain sends there is refused.
  package init(context: IngressContext, group: any PartitionGroup) throws(LogError) {
    self.context = context
    self.group = group
    topic = .ingress(of: context.chain)
    let own = try context.log.partitions(of: topic)
    guard own >= context.partitions else {
      throw .fatal(
        "\(topic) has \(own) partitions, the ledger \(context.partitions); make it anew with as many, see `lodging topics check`")
    }
    if own > context.partitions {
      context.monitor.alarm(
        .readFailed(
          partition: context.partitions,
          reason: "\(topic) has \(own) partitions, the ledger \(context.partitions): what stands on those beyond is refused, and a chain's "
            + "producers must count \(context.partitions)"))
    }
    examiner = IngressExaminer(partitions: context.partitions)
    appender = try context.log.makeAppender()
  }

  /// Moves what there is, and waits at most `timeout` where that is nothing; returns how many records were looked at.
  ///
  /// What passes by itself is not thrown: it is in ``failing``, and the partition is tried again from where it stood. Whatever this throws,
  /// another loop goes on from what was committed.
  package func step(timeout: Duration) throws(LogError) -> Int {
    try followGroup(timeout: positions.isEmpty && unplaced.isEmpty ? timeout : .zero)
    let count = try readAndSubmit()
    if !flight.isEmpty {
      try takeAcknowledgements(timeout: count == 0 ? timeout : .zero)
    } else if count == 0 {
      let places = positions.filter { silent.reasons[$0.key] == nil }.map { (TopicPartition(topic, $0.key), $0.value) }
      try context.log.waitForRecords(after: Dictionary(uniqueKeysWithValues: places), timeout: timeout)
    }
    return count
  }

  /// How many records wait on the chain's topic, of the partitions that are owned; of one that does not answer, how many it were at last.
  package func lag() throws(LogError) -> Int64 {
    for (partition, position) in positions where silent.reasons[partition] == nil {
      let start = ContinuousClock.now
      do throws(LogError) {
        lags[partition] = max(0, try context.log.end(of: TopicPartition(topic, partition)) - position)
      } catch {
        try note(error, of: partition, since: start)
        break
      }
    }
    return lags.values.reduce(0, +)
  }

  /// The partitions that are owned.
  package var owned: Int { positions.count + unplaced.count }

  /// Why a partition that is owned cannot be read or written for now.
  package var failing: [Int: String] { silent.reasons }

  /// Gives all partitions back.
  package func leave() {
    for partition in Array(positions.keys) + unplaced { forget(partition) }
    group.leave()
  }

  // MARK: Ownership

  private func followGroup(timeout: Duration) throws(LogError) {
    switch try group.poll(timeout: timeout) {
    case .assigned(let partitions): unplaced.formUnion(partitions)
    case .revoked(let partitions): for partition in partitions { forget(partition) }
    case nil: break
    }
  }

  private func forget(_ partition: Int) {
    positions[partition] = nil
    unplaced.remove(partition)
    lags[partition] = nil
    silent.forget(partition)
    flight.forget(partition)
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

  /// Takes down what befell one partition; throws what concerns more than that, or does not pass by itself.
  private func note(_ error: LogError, of partition: Int, since start: ContinuousClock.Instant) throws(LogError) {
    switch error {
    case .queueFull: return
    case .unavailable: break
    case .offsetOutOfRange:
      // What the group knows is looked at again, as if the partition had just been assigned.
      positions[partition] = nil
      unplaced.insert(partition)
    default: throw error
    }
    guard silent.fails(partition, "\(error)", since: start - began, at: .now - began) else { return }
    context.monitor.alarm(.readFailed(partition: partition, reason: "\(topic): \(error)"))
  }

  // MARK: Reading

  /// Reads and submits what there is, until a partition does not answer: the others come in the next step, before it is asked again.
  private func readAndSubmit() throws(LogError) -> Int {
    let establishments = context.establishments()
    var count = 0
    for partition in silent.due(of: unplaced.union(positions.keys).sorted(), at: .now - began) where !flight.holds(partition) {
      let start = ContinuousClock.now
      do throws(LogError) {
        count += try readAndSubmit(partition, establishments)
      } catch {
        try note(error, of: partition, since: start)
        break
      }
    }
    return count
  }

  private func readAndSubmit(_ partition: Int, _ establishments: Set<EstablishmentID>) throws(LogError) -> Int {
    let position: Int64
    if let known = positions[partition] {
      position = known
    } else {
      position = try start(of: partition)
      positions[partition] = position
      unplaced.remove(partition)
    }
    var batch = IngressBatch(partition: partition, next: position)
    batch.next = try context.log.read(
      TopicPartition(topic, partition), from: position, limit: ReadLimit(records: Self.stepRecordsMax, headers: true)
    ) { (record: borrowing LogRecord) throws(LogError) in
      take(record, establishments, into: &batch)
    }
    guard batch.next > position else {
      silent.answers(partition)
      return 0
    }
    guard !batch.records.isEmpty || !batch.refusals.isEmpty else {
      settle(batch)
      return 0
    }
    let refusals = TopicPartition(.refusals(of: context.chain), 0)
    try flight.submit(batch, to: [(TopicPartition(.events, partition), batch.records), (refusals, batch.refusals)], by: appender)
    return batch.records.count + batch.refusals.count
  }

  private func take(_ record: borrowing LogRecord, _ establishments: Set<EstablishmentID>, into batch: inout IngressBatch) {
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

  // MARK: Appending

  /// Takes the answers that have come; where an append failed its partition is read again from where it stood.
  private func takeAcknowledgements(timeout: Duration) throws(LogError) {
    for acknowledgement in try appender.acknowledgements(timeout: timeout) {
      guard let (batch, failure, since) = flight.take(acknowledgement) else { continue }
      guard let failure else {
        settle(batch)
        continue
      }
      try note(failure, of: batch.partition, since: since)
    }
    guard let since = flight.since, since + Self.patience < .now else { return }
    appender.purge()
    throw .unavailable("no answer to an append within \(Self.patience)")
  }

  private func settle(_ batch: IngressBatch) {
    silent.answers(batch.partition)
    positions[batch.partition] = batch.next
    group.publish(position: batch.next, of: batch.partition)
    moved += batch.records.count
    for code in batch.codes { refused[code, default: 0] += 1 }
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension IngressLoop: Sendable {}
