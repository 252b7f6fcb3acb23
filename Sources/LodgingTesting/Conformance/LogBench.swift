import Dispatch
import Foundation
import LodgingDomain
import LodgingPipeline
import Synchronization

/// What a check works with: the log, and the things that every check does to one.
struct LogBench: Sendable {
  let subject: LogUnderTest
  let options: ConformanceOptions

  var log: any EventLog { subject.log }
  var first: TopicPartition { TopicPartition(options.topics.first, 0) }

  /// A partition of the first topic.
  func place(_ partition: Int) -> TopicPartition { TopicPartition(options.topics.first, partition) }

  // MARK: Judging

  func expect(_ condition: Bool, _ complaint: @autoclosure () -> String) throws {
    guard condition else { throw ConformanceFailure(complaint()) }
  }

  func expectEqual<Value: Equatable>(_ found: Value, _ due: Value, _ subject: @autoclosure () -> String) throws {
    guard found != due else { return }
    throw ConformanceFailure("\(subject()): found \(short(found)), due was \(short(due))")
  }

  /// Expects a call to throw, and returns the error.
  @discardableResult
  func expectError(_ due: LogError, _ subject: String, _ body: () throws -> Void) throws -> LogError {
    do {
      try body()
    } catch let error as LogError {
      guard error == due else { throw ConformanceFailure("\(subject): threw \(error), due was \(due)") }
      return error
    }
    throw ConformanceFailure("\(subject): threw nothing, due was \(due)")
  }

  private func short(_ value: some Any) -> String {
    let text = "\(value)"
    return text.utf8.count <= 300 ? text : "\(text.prefix(300))… (\(text.utf8.count) characters)"
  }

  // MARK: Appending

  /// Appends records in one submission and returns their offsets.
  @discardableResult
  func append(_ records: [NewRecord], to place: TopicPartition, by appender: (any LogAppender)? = nil) throws -> [Int64] {
    let appender = try appender ?? log.makeAppender()
    try appender.submit(records, to: place, tag: 1)
    return try offsets(of: settle(appender, 1)[0], count: records.count)
  }

  /// Appends records whose value is a text.
  @discardableResult
  func append(_ texts: [String], to place: TopicPartition) throws -> [Int64] {
    try append(texts.map { record($0) }, to: place)
  }

  func record(_ text: String) -> NewRecord { NewRecord(key: Array("key".utf8), value: Array(text.utf8)) }

  /// Takes acknowledgements until there are `count`.
  func settle(_ appender: any LogAppender, _ count: Int) throws -> [Acknowledgement] {
    var answers: [Acknowledgement] = []
    try until("\(count) acknowledgements") {
      answers += try appender.acknowledgements(timeout: .milliseconds(20))
      return answers.count >= count
    }
    try expectEqual(answers.count, count, "number of acknowledgements")
    return answers
  }

  /// The offsets of an acknowledgement, of which there must be as many as records were submitted.
  func offsets(of answer: Acknowledgement, count: Int) throws -> [Int64] {
    let offsets = try answer.result.get()
    try expectEqual(offsets.count, count, "number of offsets of the acknowledgement \(answer.tag)")
    return offsets
  }

  // MARK: Reading

  /// Reads exactly `count` records and then the end.
  func read(_ place: TopicPartition, from start: Int64 = 0, count: Int, limit: ReadLimit = ReadLimit(records: 100)) throws -> [ReadRecord] {
    var records: [ReadRecord] = []
    var position = start
    try until("\(count) records of \(place), of which \(records.count) came") {
      let before = records.count
      let next = try log.read(place, from: position, limit: limit) { record throws(LogError) in records.append(ReadRecord(record)) }
      try expect(next >= position, "read of \(place) from \(position) went back to \(next)")
      try expect(records.count - before <= max(1, limit.records), "read of \(place) gave more records than its limit")
      if let last = records.last, records.count > before {
        try expect(next > last.offset, "read of \(place) gave \(last.offset) and would go on at \(next)")
      }
      position = next
      if records.count < count, records.count == before {
        try log.waitForRecords(after: [place: position], timeout: .milliseconds(20))
      }
      return records.count >= count
    }
    try expectEqual(records.count, count, "number of records of \(place)")
    let offsets = records.map(\.offset)
    try expect(zip(offsets, offsets.dropFirst()).allSatisfy { $0 < $1 }, "offsets of \(place) do not rise: \(offsets)")
    try expect(try log.bounds(of: place).end >= position, "the end of \(place) is before what was read")
    return records
  }

  /// The texts of exactly `count` records.
  func texts(_ place: TopicPartition, from start: Int64 = 0, count: Int) throws -> [String] {
    try read(place, from: start, count: count).map(\.text)
  }

  // MARK: Waiting

  /// Calls `body` until it says true, or fails after the options' patience.
  func until(_ what: @autoclosure () -> String, _ body: () throws -> Bool) throws {
    let clock = ContinuousClock()
    let deadline = clock.now + options.patience
    while try !body() {
      if clock.now > deadline { throw ConformanceFailure("waited in vain for \(what())") }
    }
  }

  /// Runs `work` on another thread while `body` runs on this one; the errors of both come out here.
  func beside(_ work: @escaping @Sendable () throws -> Void, _ body: () throws -> Void) throws {
    let box = OutcomeBox()
    // Not from a shared pool, which has a thread per core and may have none to give.
    Thread.detachNewThread { box.finish(Result { try work() }) }
    let own = Result { try body() }
    try box.await().get()
    try own.get()
  }
}

/// The result of work on another thread.
private final class OutcomeBox: Sendable {
  private let outcome = Mutex<Result<Void, any Error>>(.success(()))
  private let done = DispatchSemaphore(value: 0)

  func finish(_ result: Result<Void, any Error>) {
    outcome.withLock { $0 = result }
    done.signal()
  }

  func await() -> Result<Void, any Error> {
    done.wait()
    return outcome.withLock { $0 }
  }
}

/// A copy of a record that was read.
struct ReadRecord: Sendable, Hashable {
  var offset: Int64
  var appended: Instant
  var key: [UInt8]?
  var value: [UInt8]?

  init(_ record: borrowing LogRecord) {
    offset = record.offset
    appended = record.appended
    key = record.key.map { Array($0) }
    value = record.value.map { Array($0) }
  }

  var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "no value" }
}
