internal import KafkaClient
internal import LodgingDomain
internal import LodgingPipeline
internal import Synchronization

/// Reads one partition for one reader after the other, keeping the position so that a reader that goes on finds what was fetched ahead.
final class PartitionReader: Sendable {
  private struct State: ~Copyable {
    var consumer: KafkaConsumer
    /// The offset of the next record that the consumer gives, nil where it must be started first.
    var position: Int64?
  }

  private let place: TopicPartition
  private let partition: Int32
  private let asking: KafkaTopic
  private let allowsCreateTime: Bool
  private let patience: Duration
  private let state: Mutex<State>

  init(_ place: TopicPartition, asking: KafkaTopic, fetching: KafkaTopic, _ cluster: ReadingSide) throws(LogError) {
    self.place = place
    self.asking = asking
    partition = Int32(clamping: place.partition)
    allowsCreateTime = cluster.configuration.allowsCreateTime
    patience = cluster.configuration.patience
    let arrivals = cluster.arrivals
    let consumer = try translating(place) { () throws(KafkaError) -> KafkaConsumer in
      try KafkaConsumer(fetching) { arrivals.announce() }
    }
    state = Mutex(State(consumer: consumer, position: nil))
  }

  /// The offsets that the partition holds.
  func bounds() throws(LogError) -> LogBounds {
    let held = try translating(place) { () throws(KafkaError) in try asking.watermarks(of: partition, timeout: patience) }
    return LogBounds(start: held.lowerBound, end: held.upperBound)
  }

  /// Reads as the port says.
  func read(
    from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    try state.withLock { state throws(LogError) in
      try seek(&state, to: offset)
      let deadline = ContinuousClock.now + patience
      var timeout: Duration = .zero
      while true {
        let (next, event) = try receive(&state, limit, timeout: timeout, body)
        if next > offset { return next }
        switch event {
        case .failure(_, _, let error): try restart(&state, at: offset, after: error)
        case .end, nil: if try isEnd(offset) { return offset }
        }
        timeout = ContinuousClock.now.duration(to: deadline)
        guard timeout > .zero else {
          state.position = nil
          throw .unavailable("\(place): nothing could be fetched at \(offset) within \(patience)")
        }
      }
    }
  }

  /// Whether a read at an offset would find a record, or an error; starts to fetch there.
  func isReady(at offset: Int64) throws(LogError) -> Bool {
    try state.withLock { state throws(LogError) in
      do throws(LogError) {
        try seek(&state, to: offset)
      } catch {
        guard case .offsetOutOfRange = error else { throw error }
        return true
      }
      while state.consumer.hasWaiting {
        switch state.consumer.receive(upTo: 1, timeout: .zero, { _ in .leave }).event {
        case .end: continue
        case nil: return true
        case .failure:
          state.position = nil
          return true
        }
      }
      return false
    }
  }

  /// Hands what has been fetched to the reader, and notes how far it came also where it throws.
  private func receive(
    _ state: inout State, _ limit: ReadLimit, timeout: Duration, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> (next: Int64, event: KafkaEvent?) {
    var next = state.position ?? 0
    var bytes = 0
    var count = 0
    defer { if count > 0 { state.position = next } }
    let reception = try state.consumer.receive(upTo: max(1, limit.records), timeout: timeout) { record throws(LogError) in
      bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
      if count > 0, bytes > limit.bytes { return .leave }
      let appended = try appendTime(record.timestamp)
      try body(LogRecord(offset: record.offset, appended: appended, key: record.key, value: record.value))
      next = record.offset + 1
      count += 1
      return .take
    }
    return (next, reception.event)
  }

  /// Makes the consumer's next record that at `offset` or the first after it.
  private func seek(_ state: inout State, to offset: Int64) throws(LogError) {
    if state.position == offset { return }
    state.position = nil
    let held = try bounds()
    guard offset >= held.start, offset <= held.end else { throw .offsetOutOfRange(place, requested: offset, held: held) }
    try translating(place) { () throws(KafkaError) in try state.consumer.start(partition, at: offset) }
    state.position = offset
  }

  /// Fetches anew from `offset` after a failure that does not forbid it: never beyond it, so that no record is passed over.
  private func restart(_ state: inout State, at offset: Int64, after error: KafkaError) throws(LogError) {
    state.position = nil
    guard error.code == .positionNotHeld || error.isRetriable else { throw LogError(error, at: place) }
    try seek(&state, to: offset)
  }

  /// Whether the partition ends at `offset`, asked of its leader; throws where it ends before.
  private func isEnd(_ offset: Int64) throws(LogError) -> Bool {
    let end = try translating(place) { () throws(KafkaError) in try asking.end(of: partition, timeout: patience) }
    guard end >= offset else { throw .offsetOutOfRange(place, requested: offset, held: try bounds()) }
    return end == offset
  }

  private func appendTime(_ timestamp: KafkaTimestamp) throws(LogError) -> Instant {
    guard timestamp.source == .broker || (allowsCreateTime && timestamp.source == .producer) else {
      throw .fatal("\(place): no log-append time; set message.timestamp.type=LogAppendTime on \(asking.name)")
    }
    return Instant(milliseconds: timestamp.milliseconds)
  }
}
