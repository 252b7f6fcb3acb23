import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization

/// A log that breaks one promise of the port.
struct BrokenLog: EventLog {
  enum Fault: CaseIterable, Sendable {
    case emptyValueIsNone, noKeyIsEmpty, reversesSubmissions, losesLastRecord, writesEverywhereToOne, acknowledgesTwice, acknowledgesNothing
    case hasNoQueueBound, keepsNeighboursOfLargeRecords, doesNotForget, ignoresByteLimit, ignoresRecordLimit, readsBeyondTheEnd, skipsAhead
    case hidesReadersErrors, appendTimesFall, appendTimesAreLate, givesOffsetsAgain, neverWakes, everyoneOwns, neverHandsOver, inventsTopics
  }

  let base: SimulatedLog
  let fault: Fault

  func partitions(of topic: Topic) throws(LogError) -> Int {
    do throws(LogError) { return try base.partitions(of: topic) } catch {
      guard fault == .inventsTopics else { throw error }
      return 1
    }
  }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { try base.bounds(of: place) }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    var limit = limit
    if fault == .ignoresByteLimit { limit.bytes = .max }
    if fault == .ignoresRecordLimit { limit.records = .max }
    if fault == .readsBeyondTheEnd, offset > (try base.bounds(of: place).end) { return offset }
    let next = try base.read(place, from: offset, limit: limit) { record throws(LogError) in
      do throws(LogError) { try body(changed(record)) } catch {
        if fault != .hidesReadersErrors { throw error }
      }
    }
    return fault == .skipsAhead && next > offset + 1 ? next + 1 : next
  }

  private func changed(_ record: borrowing LogRecord) -> LogRecord {
    var (key, value, appended) = (record.key, record.value, record.appended)
    if fault == .emptyValueIsNone, value?.isEmpty == true { value = nil }
    if fault == .noKeyIsEmpty, key == nil { key = UnsafeRawBufferPointer(start: nil, count: 0) }
    if fault == .appendTimesFall { appended = appended.adding(milliseconds: -record.offset) }
    if fault == .appendTimesAreLate { appended = appended.adding(milliseconds: 1) }
    return LogRecord(offset: record.offset, appended: appended, key: key, value: value)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try base.waitForRecords(after: positions, timeout: timeout)
    guard fault == .neverWakes else { return }
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    while clock.now < deadline {}
  }

  func makeAppender() throws(LogError) -> any LogAppender { BrokenAppender(base: try base.makeAppender(), log: base, fault: fault) }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup {
    BrokenGroup(base: try base.join(group: group, topic: topic), fault: fault, partitions: try partitions(of: topic))
  }
}

private final class BrokenAppender: LogAppender {
  private let base: any LogAppender
  private let log: SimulatedLog
  private let fault: BrokenLog.Fault
  private var held: [(records: [NewRecord], place: TopicPartition, tag: UInt64)] = []

  init(base: any LogAppender, log: SimulatedLog, fault: BrokenLog.Fault) {
    (self.base, self.log, self.fault) = (base, log, fault)
  }

  func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
    let records = batch.records
    switch fault {
    case .reversesSubmissions: held.append((records, place, tag))
    case .losesLastRecord: try base.submit(Array(records.dropLast()), to: place, tag: tag)
    case .writesEverywhereToOne: try base.submit(records, to: TopicPartition(place.topic, 0), tag: tag)
    default:
      do throws(LogError) { try base.submit(records, to: place, tag: tag) } catch {
        if fault == .hasNoQueueBound, error == .queueFull { return held.append((records, place, tag)) }
        if fault == .keepsNeighboursOfLargeRecords { try? base.submit(Array(records.prefix(1)), to: place, tag: tag) }
        throw error
      }
    }
  }

  func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
    for (records, place, tag) in held.reversed() { try base.submit(records, to: place, tag: tag) }
    held = []
    let answers = try base.acknowledgements(timeout: timeout)
    if fault == .givesOffsetsAgain, let place = answers.last?.place { log.loseTail(of: place, count: 1) }
    switch fault {
    case .acknowledgesTwice: return answers + answers.suffix(1)
    case .acknowledgesNothing: return []
    default: return answers
    }
  }

  func purge() {
    if fault != .doesNotForget { base.purge() }
  }
}

private final class BrokenGroup: PartitionGroup {
  private let base: any PartitionGroup
  private let fault: BrokenLog.Fault
  private let partitions: Int
  private var isFirstPoll = true

  init(base: any PartitionGroup, fault: BrokenLog.Fault, partitions: Int) {
    (self.base, self.fault, self.partitions) = (base, fault, partitions)
  }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    guard fault == .everyoneOwns else { return try base.poll(timeout: timeout) }
    defer { isFirstPoll = false }
    return isFirstPoll ? .assigned(Array(0..<partitions)) : nil
  }

  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool {
    try base.confirmOwnership(of: partition, position: position)
  }

  func leave() {
    if fault != .neverHandsOver { base.leave() }
  }
}
