import LodgingDomain
import LodgingWire

/// A record that is to be written.
struct PublisherDraft {
  /// The key; nil for what is only deleted.
  var key: PublishedKey?
  /// The content, by which the record is known again; nil for a tombstone.
  var fingerprint: Digest128?
  /// The positions that it stands on.
  var positions: [PublishedPosition] = []
  /// The record.
  var record: NewRecord
  /// Whether it goes over what somebody else wrote.
  var isOverForeign: Bool
  private var strayPlace: TopicPartition?

  /// A record with content.
  init(_ content: PublishedContent, under key: PublishedKey, at positions: [PublishedPosition], isOverForeign: Bool) {
    self.key = key
    self.positions = positions
    self.isOverForeign = isOverForeign
    fingerprint = content.fingerprint
    let value = content.bytes(at: positions)
    let attributes = CloudEvent.attributes(type: key.eventType, subject: key.text, value: value, positions: positions)
    record = NewRecord(key: Array(key.text.utf8), value: value, headers: attributes.map { RecordHeader($0.name, $0.text) })
  }

  /// The tombstone of a record that nobody here writes.
  init(deleting stray: PublishedView.Stray) {
    record = NewRecord(key: stray.key, value: nil)
    isOverForeign = true
    strayPlace = stray.place
  }

  /// Where it goes, among so many partitions of its topic.
  func place(among partitions: [Topic: Int]) -> TopicPartition {
    if let strayPlace { return strayPlace }
    guard let key, let count = partitions[key.topic] else { return TopicPartition(.occupancy, 0) }
    return TopicPartition(key.topic, key.partition(among: count))
  }
}

extension PublishedKey {
  /// The type of its records as CloudEvents.
  fileprivate var eventType: String {
    switch self {
    case .occupancy: "lodging.occupancy.v1"
    case .alert: "lodging.alert.v1"
    }
  }
}

/// What is submitted and not acknowledged, and how far the topics reach at least.
struct PublisherFlight {
  private struct Submission {
    var drafts: [PublisherDraft]
    var place: TopicPartition
    var at: Instant

    func isLate(at now: Instant, by milliseconds: Int64) -> Bool { at.adding(milliseconds: milliseconds) <= now }
  }

  private var submissions: [UInt64: Submission] = [:]
  private var next: UInt64 = 0
  private var landings: [TopicPartition: Int64] = [:]

  /// How long an append may go without an answer; the producer gives up earlier.
  private static let patienceMilliseconds: Int64 = 60_000
  /// After how long without an answer an append holds up its own partition only.
  private static let lateMilliseconds: Int64 = 5000

  var isEmpty: Bool { submissions.isEmpty }
  var keyCount: Int { submissions.values.reduce(0) { $0 + $1.drafts.count } }

  /// When the oldest of it was submitted; nil where nothing is in flight.
  var since: Instant? { submissions.values.lazy.map(\.at).min() }

  /// Whether answers are to be expected at once.
  func isAwaited(at now: Instant) -> Bool { submissions.values.contains { !$0.isLate(at: now, by: Self.lateMilliseconds) } }

  /// Keys whose answers are late.
  func lateKeyCount(at now: Instant) -> Int {
    submissions.values.reduce(0) { $0 + ($1.isLate(at: now, by: Self.lateMilliseconds) ? $1.drafts.count : 0) }
  }

  /// Whether something is on its way to a partition.
  func holds(_ place: TopicPartition) -> Bool { submissions.values.contains { $0.place == place } }

  mutating func open(_ drafts: [PublisherDraft], to place: TopicPartition, at now: Instant) -> UInt64 {
    next += 1
    submissions[next] = Submission(drafts: drafts, place: place, at: now)
    return next
  }

  mutating func withdraw(_ tag: UInt64) { submissions[tag] = nil }

  /// Takes what was acknowledged; nil for what is not waited for any more.
  mutating func take(_ acknowledgement: Acknowledgement) -> [PublisherDraft]? {
    guard let submission = submissions.removeValue(forKey: acknowledgement.tag) else { return nil }
    if case .success(let offsets) = acknowledgement.result, let last = offsets.max() {
      landings[acknowledgement.place] = max(landed(at: acknowledgement.place), last + 1)
    }
    return submission.drafts
  }

  /// The offset that a partition of the output ends at, at least.
  func landed(at place: TopicPartition) -> Int64 { landings[place] ?? 0 }

  /// The output is read anew, as it is.
  mutating func forgetLandings() { landings = [:] }

  func isOverdue(at now: Instant) -> Bool { submissions.values.contains { $0.isLate(at: now, by: Self.patienceMilliseconds) } }

  /// Waits for nothing any more, and returns the keys.
  mutating func giveUp() -> [PublishedKey] {
    defer { submissions = [:] }
    return submissions.values.flatMap { $0.drafts.compactMap(\.key) }
  }
}
