package import LodgingPipeline

/// Which records of which submissions are still to be reported, and the acknowledgements that follow.
///
/// A value without IO: the appender enters what the producer reports and takes out what is complete.
package struct SubmissionBook {
  /// A submission by its number, which no other submission of the appender ever has.
  package struct Number: Hashable {
    fileprivate let value: UInt
  }

  private struct Submission {
    let place: TopicPartition
    let tag: UInt64
    var offsets: [Int64]
    var left: Int
    var failure: LogError?

    /// Keeps the first failure, or the first that ends the appender.
    mutating func note(_ error: LogError) {
      if case .fatal? = failure { return }
      if case .fatal = error { failure = error }
      failure = failure ?? error
    }
  }

  private var submissions: [Number: Submission] = [:]
  /// The submissions of each partition that are not acknowledged, oldest first.
  private var order: [TopicPartition: [Number]] = [:]
  private var complete: [Acknowledgement] = []
  private var next: UInt = 0

  /// Records of one submission at most; a token holds the record's index below the submission's number.
  private static let indexBits = 24

  /// An empty book.
  package init() {}

  /// An empty book in which reports meant for an earlier one find nothing.
  package init(after earlier: SubmissionBook) {
    next = earlier.next
  }

  /// Submissions that were entered and not taken out.
  package var count: Int { submissions.count + complete.count }

  /// Whether an acknowledgement waits to be taken.
  package var hasComplete: Bool { !complete.isEmpty }

  /// Enters a submission; without records it is complete once those before it are.
  package mutating func open(_ place: TopicPartition, tag: UInt64, records: Int) -> Number {
    let number = Number(value: next)
    next += 1
    submissions[number] = Submission(place: place, tag: tag, offsets: Array(repeating: -1, count: records), left: records)
    order[place, default: []].append(number)
    if records == 0 { completeOldest(of: place) }
    return number
  }

  /// The token of a submission's record.
  package func token(of number: Number, _ index: Int) -> UInt {
    number.value << Self.indexBits | UInt(index)
  }

  /// Removes the submission that was entered last.
  package mutating func withdraw(_ number: Number) {
    guard let place = submissions.removeValue(forKey: number)?.place else { return }
    order[place]?.removeLast()
  }

  /// Enters what became of a record; a token that is not in the book, because it was purged, is passed over.
  package mutating func settle(token: UInt, _ result: (TopicPartition) -> Result<Int64, LogError>) {
    let number = Number(value: token >> Self.indexBits)
    guard let place = submissions[number]?.place else { return }
    switch result(place) {
    case .success(let offset): submissions[number]?.offsets[Int(token & (1 << Self.indexBits - 1))] = offset
    case .failure(let error): submissions[number]?.note(error)
    }
    submissions[number]?.left -= 1
    if submissions[number]?.left == 0 { completeOldest(of: place) }
  }

  /// Takes the acknowledgements out, in the order of the submissions of each partition.
  package mutating func takeComplete() -> [Acknowledgement] {
    defer { complete = [] }
    return complete
  }

  private mutating func completeOldest(of place: TopicPartition) {
    while let oldest = order[place]?.first, let submission = submissions[oldest], submission.left == 0 {
      order[place]?.removeFirst()
      submissions[oldest] = nil
      let result: Result<[Int64], LogError> = submission.failure.map { .failure($0) } ?? .success(submission.offsets)
      complete.append(Acknowledgement(tag: submission.tag, place: place, result: result))
    }
  }
}
