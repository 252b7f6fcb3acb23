import LodgingDomain
import LodgingWire

/// Where a reader stands that folds one partition of a topic in memory.
///
/// A look costs one question to the log where there is nothing new. The last record that was read is compared with what it was whenever
/// there is something new, after a look in vain, and else once in ``looksBetweenChecks``: so a topic that lost its end and grew again is told
/// from one that goes on. It belongs to one thread.
struct TopicFollower: Sendable {
  private let place: TopicPartition
  /// The offset to read from next.
  private(set) var position: Int64 = 0
  /// Whether it was read to its end once.
  private(set) var isKnown = false
  private var last: Mark?
  /// Looks until the last record is compared again.
  private var looksLeft = TopicFollower.looksBetweenChecks

  /// After how many looks at most the last record is compared again; about a minute of them.
  static let looksBetweenChecks = 240

  /// What came of a look.
  enum Look: Hashable {
    /// There is nothing new.
    case nothing
    /// Records were read that follow what was read before.
    case more
    /// The topic lost records that were read, and perhaps grew again: it was read from its start.
    case anew
  }

  private struct Mark: Sendable {
    var offset: Int64
    var digest: Digest128

    init(_ record: borrowing LogRecord) {
      offset = record.offset
      digest = TopicFollower.digest(of: record)
    }
  }

  /// Stands at the start of a partition.
  init(_ place: TopicPartition) { self.place = place }

  /// A digest of a record, by which it is compared with itself only.
  static func digest(of record: borrowing LogRecord) -> Digest128 {
    var scratch: [UInt8] = []
    return RecordDigest.make(recordKey: record.key, value: record.value, key: SipKey(low: 0, high: 0), scratch: &scratch)
  }

  /// Reads what the log holds beyond what was read.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - take: Told of each record.
  /// - Returns: What was there.
  /// - Throws: ``LogError``; what was told in this look counts for nothing then, and the next one tells it again.
  mutating func look(_ log: any EventLog, _ take: (borrowing LogRecord) -> Void) throws(LogError) -> Look {
    var copy = self
    do throws(LogError) {
      let look = try copy.read(log, take)
      self = copy
      return look
    } catch {
      looksLeft = 0
      throw error
    }
  }

  private mutating func read(_ log: any EventLog, _ take: (borrowing LogRecord) -> Void) throws(LogError) -> Look {
    looksLeft -= 1
    let end = try log.end(of: place)
    guard end != position || looksLeft <= 0 else {
      isKnown = true
      return .nothing
    }
    let held = try log.bounds(of: place)
    var isLost = held.end < position
    if let last, !isLost { isLost = try isOther(last, log, held) }
    var newest = isLost ? nil : last
    let before = position
    position = try log.walk(place, from: isLost ? held.start : max(held.start, position)) { record in
      take(record)
      newest = Mark(record)
      return true
    }
    last = newest
    looksLeft = Self.looksBetweenChecks
    if position >= end { isKnown = true }
    if isLost { return .anew }
    return position == before ? .nothing : .more
  }

  /// Whether another record stands where one was read; none there is what compaction leaves.
  private func isOther(_ mark: Mark, _ log: any EventLog, _ held: LogBounds) throws(LogError) -> Bool {
    guard mark.offset >= held.start else { return false }
    let found = try log.fetch(place, at: mark.offset) { Self.digest(of: $0) }
    return found.map { $0 != mark.digest } ?? false
  }
}
