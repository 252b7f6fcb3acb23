public import LodgingPipeline
import Synchronization

/// What a log does to its records and callers when it is not well, and what a model needs to see of it.
extension SimulatedLog {
  /// The calls that an error can be injected into.
  public enum Operation: Sendable, Hashable {
    /// ``EventLog/bounds(of:)``.
    case bounds
    /// ``EventLog/read(_:from:limit:_:)``, before its first record.
    case read
    /// ``EventLog/waitForRecords(after:timeout:)``.
    case wait
    /// ``LogAppender/submit(_:to:tag:)``; nothing is in flight then.
    case submit
    /// Landing: nothing lands, and the acknowledgement carries the error.
    case append
    /// ``LogAppender/acknowledgements(timeout:)``; what is in flight stays so.
    case acknowledgements
    /// ``EventLog/join(group:topic:)``.
    case join
    /// ``PartitionGroup/poll(timeout:)`` and ``PartitionGroup/confirmOwnership(of:position:)``.
    case group
  }

  /// Every record of a partition that is held now.
  public func contents(of place: TopicPartition) -> [SimulatedRecord] {
    state.withLock { $0.withPartition(place) { $0.records } } ?? []
  }

  /// Loses the last `count` records, acknowledged or not, as a log does whose machine lost power before it wrote them; the offsets are
  /// given again.
  ///
  /// - Parameters:
  ///   - place: The partition.
  ///   - count: How many records; fewer where there are fewer.
  ///   - silently: Whether a reader whose position is beyond the new end reads nothing instead of
  ///     ``LogError/offsetOutOfRange(_:requested:held:)``.
  ///     Once the log has grown past the position again, nothing tells a reader in either case.
  /// - Returns: The records that are gone.
  @discardableResult
  public func loseTail(of place: TopicPartition, count: Int, silently: Bool = true) -> [SimulatedRecord] {
    state.withLock { $0.withPartition(place) { $0.loseTail(count, silently: silently) } } ?? []
  }

  /// Removes the records before an offset, as retention does.
  public func trim(_ place: TopicPartition, before offset: Int64) {
    _ = state.withLock { $0.withPartition(place) { $0.trim(before: offset) } }
  }

  /// Leaves a hole: the next record gets an offset so much higher.
  public func skipOffsets(of place: TopicPartition, count: Int64) {
    _ = state.withLock { $0.withPartition(place) { $0.skip(count) } }
  }

  /// Changes the lowest bit of one byte of a stored value; false where there is no such byte.
  @discardableResult
  public func flipBit(of place: TopicPartition, offset: Int64, byte: Int) -> Bool {
    state.withLock { $0.withPartition(place) { $0.flip(offset: offset, byte: byte) } } ?? false
  }

  /// Says which append times a partition gives from now on.
  public func setAppendTimes(of place: TopicPartition, _ times: AppendTimes) {
    _ = state.withLock { $0.withPartition(place) { $0.times = times } }
  }

  /// Lets the first read from each offset stop after so many records, as the port allows: what is still being fetched then is handed out by
  /// the next read.
  public func shortenFirstReads(to records: Int) {
    state.withLock { $0.firstReadRecordsMax = max(1, records) }
  }

  /// Says when submissions land from now on; what is in flight stays in flight.
  public func setDelivery(_ delivery: Delivery) {
    state.withLock { $0.delivery = delivery }
  }

  /// Makes the next calls of a kind fail.
  ///
  /// - Parameters:
  ///   - error: What they throw.
  ///   - operation: The kind of call.
  ///   - place: Only calls for this partition; nil for all. Waiting, acknowledgements and groups know no partition.
  ///   - times: How many calls.
  public func inject(_ error: LogError, into operation: Operation, of place: TopicPartition? = nil, times: Int = 1) {
    state.withLock { $0.injected.append(InjectedError(error: error, operation: operation, place: place, left: times)) }
  }

  /// Says which partitions have no broker that answers from now on, until it is said anew.
  ///
  /// Reading them and asking for their bounds fails. What is submitted to them stays in flight and is not picked by
  /// ``deliverOne(using:odds:)``; where it is landed by hand nothing lands, and its appender hears of the failure.
  public func setUnreachable(_ places: Set<TopicPartition>) {
    state.withLock { $0.unreachable = places }
  }

  /// The partitions that have no broker that answers.
  public var unreachable: Set<TopicPartition> { state.withLock { $0.unreachable } }

  /// Takes back every error that was injected and has not been thrown.
  public func clearInjected() {
    state.withLock { $0.injected = [] }
  }
}

/// An error that waits for its call.
struct InjectedError: Sendable {
  var error: LogError
  var operation: SimulatedLog.Operation
  var place: TopicPartition?
  var left: Int
}

extension SimulatedLogState {
  mutating func takeInjected(_ operation: SimulatedLog.Operation, _ place: TopicPartition?) -> LogError? {
    if let place, unreachable.contains(place), operation != .submit { return .unavailable("no broker answers for \(place)") }
    guard let index = injected.firstIndex(where: { $0.operation == operation && ($0.place == nil || $0.place == place) }) else {
      return nil
    }
    injected[index].left -= 1
    let error = injected[index].error
    if injected[index].left <= 0 { injected.remove(at: index) }
    return error
  }

  mutating func throwInjected(_ operation: SimulatedLog.Operation, _ place: TopicPartition?) throws(LogError) {
    if let error = takeInjected(operation, place) { throw error }
  }
}
