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

  /// Those that were entered and not taken out, by their number less ``first``; nil where one is through before an earlier one.
  private var submissions: [Submission?] = []
  private var first: UInt = 0
  /// The submissions of each partition that are not acknowledged, oldest first.
  private var order: [TopicPartition: [Number]] = [:]
  private var complete: [Acknowledgement] = []
  private var openCount = 0

  /// Records of one submission at most; a token holds the record's index below the submission's number.
  private static let indexBits = 24

  /// An empty book.
  package init() {}

  /// An empty book in which reports meant for an earlier one find nothing.
  package init(after earlier: SubmissionBook) {
    first = earlier.first + UInt(earlier.submissions.count)
  }

  /// Submissions that were entered and not taken out.
  package var count: Int { openCount + complete.count }

  /// Whether an acknowledgement waits to be taken.
  package var hasComplete: Bool { !complete.isEmpty }

  /// Enters a submission; without records it is complete once those before it are.
  package mutating func open(_ place: TopicPartition, tag: UInt64, records: Int) -> Number {
    let number = Number(value: first + UInt(submissions.count))
    submissions.append(Submission(place: place, tag: tag, offsets: Array(repeating: -1, count: records), left: records))
    openCount += 1
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
    guard let index = index(of: number), let place = submissions[index]?.place else { return }
    takeOut(index)
    order[place]?.removeLast()
  }

  /// Enters that a record landed at an offset; a token that is not in the book, because it was purged, is passed over.
  package mutating func settle(token: UInt, at offset: Int64) {
    guard let index = index(of: Number(value: token >> Self.indexBits)) else { return }
    submissions[index]?.offsets[Int(token & (1 << Self.indexBits - 1))] = offset
    endRecord(of: index)
  }

  /// Enters what became of a record; a token that is not in the book, because it was purged, is passed over.
  package mutating func settle(token: UInt, _ result: (TopicPartition) -> Result<Int64, LogError>) {
    guard let index = index(of: Number(value: token >> Self.indexBits)), let place = submissions[index]?.place else { return }
    switch result(place) {
    case .success(let offset): settle(token: token, at: offset)
    case .failure(let error):
      submissions[index]?.note(error)
      endRecord(of: index)
    }
  }

  /// Where a submission stands; nil where it was taken out.
  private func index(of number: Number) -> Int? {
    guard number.value >= first, number.value - first < UInt(submissions.count) else { return nil }
    let index = Int(number.value - first)
    return submissions[index] == nil ? nil : index
  }

  private mutating func endRecord(of index: Int) {
    submissions[index]?.left -= 1
    guard submissions[index]?.left == 0, let place = submissions[index]?.place else { return }
    completeOldest(of: place)
  }

  private mutating func takeOut(_ index: Int) {
    submissions[index] = nil
    openCount -= 1
    let through = submissions.prefix { $0 == nil }.count
    submissions.removeFirst(through)
    first += UInt(through)
  }

  /// Takes the acknowledgements out, in the order of the submissions of each partition.
  package mutating func takeComplete() -> [Acknowledgement] {
    defer { complete = [] }
    return complete
  }

  private mutating func completeOldest(of place: TopicPartition) {
    while let oldest = order[place]?.first, let index = index(of: oldest), let submission = submissions[index], submission.left == 0 {
      order[place]?.removeFirst()
      takeOut(index)
      let result: Result<[Int64], LogError> = submission.failure.map { .failure($0) } ?? .success(submission.offsets)
      complete.append(Acknowledgement(tag: submission.tag, place: submission.place, result: result))
    }
  }
}
