internal import KafkaClient
internal import LodgingDomain
internal import LodgingPipeline
internal import Synchronization

/// Reads one partition for one reader after the other, keeping the position so that a reader that goes on finds what was fetched ahead.
///
/// A look at one record, and at the record before the position, goes another way and leaves what was fetched ahead alone: readers look at
/// their last record again each time they go on.
final class PartitionReader: Sendable {
  private struct State: ~Copyable {
    /// Fetches ahead.
    var consumer: KafkaConsumer
    /// The offset of the next record that the consumer gives, nil where it must be started first.
    var position: Int64?
    /// Up to where the consumer said that no record stands from `position` on, where somebody heard it who only waited.
    var passed: Int64?
    /// Whether somebody who only waited heard that fetching failed; whoever reads next finds out why.
    var hasFailed = false
    /// Fetches one record and rests.
    var looker: KafkaConsumer
    /// When somebody last read on or waited.
    var used = ContinuousClock.now
  }

  typealias Body = (borrowing LogRecord) throws(LogError) -> Void

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
    let consumer = try translating(place) { () throws(KafkaError) in try KafkaConsumer(fetching) { arrivals.announce() } }
    let looker = try translating(place) { () throws(KafkaError) in try KafkaConsumer(asking) }
    state = Mutex(State(consumer: consumer, position: nil, looker: looker))
  }

  /// The offsets that the partition holds.
  func bounds() throws(LogError) -> LogBounds {
    let held = try ask { () throws(KafkaError) in try asking.watermarks(of: partition, timeout: patience) }
    return LogBounds(start: held.lowerBound, end: held.upperBound)
  }

  /// The offset after the last.
  func end() throws(LogError) -> Int64 {
    try ask { () throws(KafkaError) in try asking.end(of: partition, timeout: patience) }
  }

  /// Reads as the port says.
  func read(from offset: Int64, limit: ReadLimit, _ body: Body) throws(LogError) -> Int64 {
    // Negative offsets have other meanings to librdkafka.
    guard offset >= 0 else { throw .offsetOutOfRange(place, requested: offset, held: try bounds()) }
    return try state.withLock { state throws(LogError) in
      state.hasFailed = false
      if limit.records <= 1 { return try look(&state, at: offset, headers: limit.headers, body).next }
      guard let position = state.position, offset == position - 1 else { return try readOn(&state, from: offset, limit, body) }
      // What was fetched ahead stands on that record: where the record is another one now, nothing of it is handed out.
      state.position = nil
      var rest = limit
      let (next, found) = try look(&state, at: offset, headers: limit.headers) { record throws(LogError) in
        guard record.offset == offset else { return }
        rest.records -= 1
        rest.bytes -= (record.key?.count ?? 0) + (record.value?.count ?? 0)
        try body(record)
      }
      guard found == offset else { return found == nil ? next : try readOn(&state, from: offset, limit, body) }
      state.position = position
      state.used = .now
      return rest.bytes > 0 ? try receive(&state, rest, timeout: .zero, body).next : position
    }
  }

  /// Whether a read at an offset would find a record, or an error; starts to fetch there.
  func isReady(at offset: Int64) throws(LogError) -> Bool {
    guard offset >= 0 else { return true }
    return try state.withLock { state throws(LogError) in
      try seek(&state, to: offset)
      if state.hasFailed { return true }
      if let passed = state.passed, passed > offset { return true }
      while state.consumer.hasWaiting {
        switch state.consumer.receive(upTo: 1, timeout: .zero, { _ in .leave }).event {
        case .end(_, let end) where end > offset:
          // Told once: whoever reads next must know it too.
          state.passed = end
          return true
        case .end: continue
        case nil: return true
        case .failure:
          (state.position, state.hasFailed) = (nil, true)
          return true
        }
      }
      return false
    }
  }

  /// Stops to fetch where nobody has read on since a time: whoever had the partition may have given it up.
  func rest(unusedSince time: ContinuousClock.Instant) {
    _ = state.withLockIfAvailable { state in
      guard state.position != nil, state.used < time else { return }
      state.position = nil
      state.consumer.stop(partition)
    }
  }

  // MARK: Ahead

  /// Hands out what was fetched ahead, or waits for it; asks for the end where nothing is there.
  private func readOn(_ state: inout State, from offset: Int64, _ limit: ReadLimit, _ body: Body) throws(LogError) -> Int64 {
    let deadline = ContinuousClock.now + patience
    var timeout: Duration = .zero
    while true {
      try seek(&state, to: offset)
      if let passed = state.passed, passed > offset {
        state.position = passed
        return passed
      }
      let (next, event) = try receive(&state, limit, timeout: timeout, body)
      if next > offset { return next }
      switch event {
      case .failure(_, _, let error): try examine(error, at: offset)
      case .end, nil: if try isEnd(offset) { return offset }
      }
      timeout = ContinuousClock.now.duration(to: deadline)
      guard timeout > .zero else {
        state.position = nil
        throw .unavailable("\(place): nothing could be fetched at \(offset) within \(patience)")
      }
    }
  }

  /// Hands what has been fetched to the reader, and notes how far it came also where the reader throws.
  ///
  /// An end that was told while records were fetched ahead is passed where more has come behind it.
  private func receive(
    _ state: inout State, _ limit: ReadLimit, timeout: Duration, _ body: Body
  ) throws(LogError) -> (next: Int64, event: KafkaEvent?) {
    var next = state.position ?? 0
    var (bytes, count, timeout) = (0, 0, timeout)
    defer { if state.position != nil { state.position = next } }
    while true {
      let room = max(1, limit.records) - count
      let reception = try state.consumer.receive(upTo: room, timeout: timeout) { record throws(LogError) in
        bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
        if count > 0, bytes > limit.bytes { return .leave }
        try hand(record, headers: limit.headers, to: body)
        next = record.offset + 1
        count += 1
        return .take
      }
      switch reception.event {
      case .failure: state.position = nil
      // What stands between is no record, such as the mark of a transaction.
      case .end(_, let end):
        next = max(next, end)
        timeout = .zero
        if reception.taken < room, state.consumer.hasWaiting { continue }
      case nil: break
      }
      return (next, reception.event)
    }
  }

  /// Makes the consumer's next record that at `offset` or the first after it; an offset that is not held shows when it is fetched.
  private func seek(_ state: inout State, to offset: Int64) throws(LogError) {
    state.used = .now
    if state.position == offset { return }
    (state.position, state.passed) = (nil, nil)
    try translating(place) { () throws(KafkaError) in try state.consumer.start(partition, at: offset) }
    state.position = offset
  }

  // MARK: Looking

  /// Fetches anew and hands out the record at `offset`, or the first after it.
  ///
  /// Returns the offset to read next, which is `offset` at the end, and that of the record, nil at the end. Who is fetched from may be behind:
  /// a follower always is, and a new leader until it has heard from the others. So the end is the end where the leader says so too, which it
  /// does only once it knows.
  private func look(
    _ state: inout State, at offset: Int64, headers: Bool, _ body: Body
  ) throws(LogError) -> (next: Int64, found: Int64?) {
    let deadline = ContinuousClock.now + patience
    var timeout = patience
    repeat {
      try translating(place) { () throws(KafkaError) in try state.looker.start(partition, at: offset) }
      defer { state.looker.stop(partition) }
      var found: Int64?
      let reception = try state.looker.receive(upTo: 1, timeout: timeout) { record throws(LogError) in
        found = record.offset
        try hand(record, headers: headers, to: body)
        return .take
      }
      if let found { return (found + 1, found) }
      switch reception.event {
      case .end(_, let end) where end > offset: return (end, nil)
      case .end: if try isEnd(offset) { return (offset, nil) }
      case .failure(_, _, let error): try examine(error, at: offset)
      case nil: break
      }
      timeout = ContinuousClock.now.duration(to: deadline)
    } while timeout > .zero
    throw .unavailable("\(place): nothing could be fetched at \(offset) within \(patience)")
  }

  // MARK: Both

  private func hand(_ record: KafkaRecord, headers: Bool, to body: Body) throws(LogError) {
    let appended = try appendTime(record.timestamp)
    let found = headers ? record.headers().map { RecordHeader($0.name, $0.value) } : []
    try body(LogRecord(offset: record.offset, appended: appended, key: record.key, value: record.value, headers: found))
  }

  /// Throws what a failed fetch means, unless the fetch is to be tried again: from the same offset, so that no record is passed over.
  private func examine(_ error: KafkaError, at offset: Int64) throws(LogError) {
    guard error.code == .positionNotHeld else {
      guard error.isRetriable else { throw failure(error) }
      return
    }
    let held = try bounds()
    guard offset >= held.start, offset <= held.end else { throw .offsetOutOfRange(place, requested: offset, held: held) }
  }

  /// Whether the partition ends at `offset`, asked of its leader; throws where it ends before.
  private func isEnd(_ offset: Int64) throws(LogError) -> Bool {
    let end = try end()
    guard end >= offset else { throw .offsetOutOfRange(place, requested: offset, held: try bounds()) }
    return end == offset
  }

  private func ask<Answer>(_ question: () throws(KafkaError) -> Answer) throws(LogError) -> Answer {
    do {
      return try question()
    } catch {
      throw failure(error)
    }
  }

  /// What an error means here: the partition was there when its reader was made, so a broker that does not know it has just come up, or has
  /// just given it away.
  private func failure(_ error: KafkaError) -> LogError {
    switch error.code {
    case .unknownTopic, .unknownPartition, .unknownTopicOrPartition: .unavailable("\(place): \(error)")
    default: LogError(error, at: place)
    }
  }

  private func appendTime(_ timestamp: KafkaTimestamp) throws(LogError) -> Instant {
    guard timestamp.source == .broker || (allowsCreateTime && timestamp.source == .producer) else {
      throw .fatal("\(place): no log-append time; set message.timestamp.type=LogAppendTime on \(asking.name)")
    }
    return Instant(milliseconds: timestamp.milliseconds)
  }
}
