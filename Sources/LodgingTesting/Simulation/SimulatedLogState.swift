import LodgingDomain
import LodgingPipeline

/// All that a ``SimulatedLog`` is: a value without time and chance.
///
/// Dictionaries are only looked up in, never walked through, since their order varies.
struct SimulatedLogState: Sendable {
  var topics: [Topic: [SimulatedPartition]] = [:]
  var delivery: SimulatedLog.Delivery
  var inFlight: [SimulatedSubmission] = []
  var groups: [String: SimulatedGroupState] = [:]
  var injected: [InjectedError] = []
  /// Partitions that have no broker that answers.
  var unreachable: Set<TopicPartition> = []
  /// How many records the first read from an offset hands out at most, whatever its limit.
  var firstReadRecordsMax = Int.max
  private var readFrom: [TopicPartition: Set<Int64>] = [:]
  private var waiting: [[Awaited]] = []
  private var submissions = 0

  /// A submission of which an appender wants to hear.
  private struct Awaited: Sendable {
    var id: Int
    var tag: UInt64
    var place: TopicPartition
    var result: Result<[Int64], LogError>?
  }

  init(topics names: [Topic], partitions: Int, delivery: SimulatedLog.Delivery) {
    self.delivery = delivery
    for name in names { topics[name] = Array(repeating: SimulatedPartition(), count: partitions) }
  }

  func partition(_ place: TopicPartition) throws(LogError) -> SimulatedPartition {
    guard let partitions = topics[place.topic] else { throw .unknownTopic(place.topic) }
    guard partitions.indices.contains(place.partition) else { throw .unknownPartition(place) }
    return partitions[place.partition]
  }

  /// Changes a partition in place; one that does not exist is left alone.
  mutating func withPartition<Answer>(_ place: TopicPartition, _ body: (inout SimulatedPartition) -> Answer) -> Answer? {
    guard topics[place.topic]?.indices.contains(place.partition) == true else { return nil }
    return body(&topics[place.topic, default: []][place.partition])
  }

  /// What a read from an offset may hand out; the first one is cut short.
  mutating func shortened(_ limit: ReadLimit, _ place: TopicPartition, from offset: Int64) -> ReadLimit {
    var limit = limit
    if firstReadRecordsMax < .max, readFrom[place, default: []].insert(offset).inserted {
      limit.records = min(limit.records, firstReadRecordsMax)
    }
    return limit
  }

  // MARK: Appending

  mutating func addAppender() -> Int {
    waiting.append([])
    return waiting.count - 1
  }

  mutating func submit(_ records: [NewRecord], to place: TopicPartition, tag: UInt64, appender: Int) throws(LogError) {
    _ = try partition(place)
    try throwInjected(.submit, place)
    if let large = records.first(where: { $0.byteCount > LogLimits.appendBytesMax }) { throw .recordTooLarge(bytes: large.byteCount) }
    guard waiting[appender].count < LogLimits.submissionsInFlightMax else { throw .queueFull }
    waiting[appender].append(Awaited(id: submissions, tag: tag, place: place))
    inFlight.append(SimulatedSubmission(id: submissions, appender: appender, place: place, tag: tag, records: records))
    submissions += 1
  }

  /// Puts a copy in flight that nobody waits for.
  mutating func repeatLater(_ submission: SimulatedSubmission) {
    var copy = submission
    copy.id = submissions
    copy.copyOf = submission.copyOf ?? submission.id
    copy.isAbandoned = true
    inFlight.append(copy)
    submissions += 1
  }

  mutating func landAll(of appender: Int, now: Instant) {
    for submission in inFlight where submission.appender == appender && !submission.isAbandoned {
      land(submission, answer: .truth, now: now)
    }
    inFlight.removeAll { $0.appender == appender && !$0.isAbandoned }
  }

  /// Appends the records whose index is in `indexes` (all by default) and answers the appender; the caller takes the submission out of
  /// flight.
  @discardableResult
  mutating func land(_ submission: SimulatedSubmission, only indexes: [Int]? = nil, answer: SimulatedAnswer, now: Instant) -> [Int64] {
    if let error = takeInjected(.append, submission.place) {
      settle(submission, .failure(error))
      return []
    }
    let offsets =
      withPartition(submission.place) { partition in
        (indexes ?? Array(submission.records.indices)).compactMap { index in
          submission.records.indices.contains(index) ? partition.append(submission, index: index, now: now) : nil
        }
      } ?? []
    switch answer {
    case .truth where offsets.count == submission.records.count: settle(submission, .success(offsets))
    case .truth: settle(submission, .failure(.unavailable("records of the submission were lost")))
    case .failure(let error): settle(submission, .failure(error))
    case .silence: break
    }
    return offsets
  }

  mutating func settle(_ submission: SimulatedSubmission, _ result: Result<[Int64], LogError>) {
    guard !submission.isAbandoned, let index = waiting[submission.appender].firstIndex(where: { $0.id == submission.id }) else { return }
    waiting[submission.appender][index].result = result
  }

  /// Takes the answers out, held back while an earlier submission to the same partition has none.
  mutating func takeAcknowledgements(of appender: Int) -> [Acknowledgement] {
    var answers: [Acknowledgement] = []
    var open: Set<TopicPartition> = []
    waiting[appender].removeAll { awaited in
      guard let result = awaited.result, !open.contains(awaited.place) else {
        open.insert(awaited.place)
        return false
      }
      answers.append(Acknowledgement(tag: awaited.tag, place: awaited.place, result: result))
      return true
    }
    return answers
  }

  mutating func abandon(appender: Int) {
    waiting[appender] = []
    switch delivery {
    case .atAcknowledgement: inFlight.removeAll { $0.appender == appender }
    case .byHand:
      for index in inFlight.indices where inFlight[index].appender == appender { inFlight[index].isAbandoned = true }
    }
  }
}
