import GRDB
import LodgingDomain
import LodgingPipeline

/// Appends to an ``EmbeddedLog``: collects submissions, and makes all of them durable in one transaction when acknowledgements are asked
/// for.
///
/// A failed transaction leaves nothing, except where the disk failed while it was synchronised: then it may come back after a restart of
/// the machine. Its submissions are answered with the error and are no longer in flight.
final class EmbeddedAppender: LogAppender {
  private let log: EmbeddedLog
  private let clock: any PipelineClock
  private var submissions: [Submission] = []

  private struct Submission {
    var tag: UInt64
    var place: TopicPartition
    var table: LogTable
    var batch: RecordBatch
    var submitted: Instant
  }

  init(log: EmbeddedLog, clock: any PipelineClock) {
    self.log = log
    self.clock = clock
  }

  func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
    let table = try log.table(of: place)
    guard batch.largestByteCount <= LogLimits.appendBytesMax else { throw .recordTooLarge(bytes: batch.largestByteCount) }
    guard submissions.count < LogLimits.submissionsInFlightMax else { throw .queueFull }
    submissions.append(Submission(tag: tag, place: place, table: table, batch: batch, submitted: clock.now))
  }

  /// Commits what was submitted and answers all of it; the wait for the disk and for other writers is not cut short by `timeout`.
  func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
    guard !submissions.isEmpty else { return [] }
    let taken = submissions
    submissions = []
    do throws(LogError) {
      let offsets = try commit(taken)
      log.commits.signal()
      return zip(taken, offsets).map { Acknowledgement(tag: $0.tag, place: $0.place, result: .success($1)) }
    } catch {
      return taken.map { Acknowledgement(tag: $0.tag, place: $0.place, result: .failure(error)) }
    }
  }

  func purge() {
    submissions = []
  }

  /// Appends everything in one transaction and returns the offsets of each submission.
  private func commit(_ submissions: [Submission]) throws(LogError) -> [[Int64]] {
    // Partition after partition, so that their ends are looked up once and neighbours in the index are written together.
    let order = submissions.indices.sorted { left, right in
      let (one, other) = (submissions[left], submissions[right])
      return (one.table.name, one.place.partition, left) < (other.table.name, other.place.partition, right)
    }
    return try log.file.withWriter { db in
      var offsets = [[Int64]](repeating: [], count: submissions.count)
      try db.inTransaction(.immediate) {
        var end: PartitionEnd?
        for index in order {
          let submission = submissions[index]
          var here = if let end, end.place == submission.place { end } else { try PartitionEnd(db, submission.table, submission.place) }
          offsets[index] = try here.append(submission.batch, submitted: submission.submitted, submission.table.insert(db))
          end = here
        }
        return .commit
      }
      log.file.limitWriteAheadLog(db)
      return offsets
    }
  }
}

@available(*, unavailable, message: "an appender belongs to one thread")
extension EmbeddedAppender: Sendable {}

/// The end of a partition as a transaction moves it.
private struct PartitionEnd {
  let place: TopicPartition
  private var next: Int64
  private var appended: Int64

  init(_ db: Database, _ table: LogTable, _ place: TopicPartition) throws {
    self.place = place
    let last = try table.last(db, place.partition)
    next = last.map { $0.offset + 1 } ?? table.emptyEnd(place.partition)
    appended = last?.appended ?? .min
  }

  mutating func append(_ batch: RecordBatch, submitted: Instant, _ statement: LogStatement) throws -> [Int64] {
    guard !batch.isEmpty else { return [] }
    defer { statement.reset() }
    let first = next
    appended = max(appended, submitted.milliseconds)
    statement.bind(Int64(place.partition), at: 1)
    statement.bind(appended, at: 3)
    try batch.lend { index, key, value in
      statement.bind(first + Int64(index), at: 2)
      statement.bind(key, at: 4)
      statement.bind(value, at: 5)
      _ = try statement.step()
      statement.rewind()
    }
    next += Int64(batch.count)
    return Array(first..<next)
  }
}

/// Lends bytes, or nil where there are none.
func withBytes(of bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> Void) throws {
  guard let bytes else { return try body(nil) }
  try bytes.withUnsafeBytes { try body($0) }
}
