package import LodgingDomain
package import LodgingWire
import Synchronization

/// The access keys as one node knows them: a fold of the topic `access` in memory.
///
/// Any number of threads may ask; one follows the topic. What was known before goes on where the topic cannot be read, and nothing is known
/// before it was once read to its end.
package final class AccessBook: AccessGuard {
  /// Where the records are: all on one partition, so that they have one order.
  package static let place = TopicPartition(.access, 0)

  private struct State: Sendable {
    var list = AccessList()
    /// The offset to read from next.
    var position: Int64 = 0
    var isKnown = false
    /// The last record that was read, by which a topic that lost its end and grew again is told from one that goes on.
    var last: Mark?
    /// Looks until the last record is compared again.
    var looksLeft = AccessBook.looksBetweenChecks
  }

  private struct Mark: Sendable {
    var offset: Int64
    var digest: Digest128

    init(_ record: borrowing LogRecord) {
      offset = record.offset
      var scratch: [UInt8] = []
      // It is compared with itself only.
      digest = RecordDigest.make(recordKey: record.key, value: record.value, key: SipKey(low: 0, high: 0), scratch: &scratch)
    }
  }

  /// After how many looks at most the last record is compared again; about a minute of them.
  package static let looksBetweenChecks = 240

  /// What came of reading the topic.
  package struct Followed: Hashable, Sendable {
    /// Records that were taken over.
    package var applied = 0
    /// Records that are none of the topic and were passed over.
    package var unreadable = 0
    /// Whether the topic lost records that were read, and perhaps grew again; it is read again from its start over what is known.
    package var isTailLost = false

    /// Makes it from its parts.
    package init(applied: Int = 0, unreadable: Int = 0, isTailLost: Bool = false) {
      self.applied = applied
      self.unreadable = unreadable
      self.isTailLost = isTailLost
    }
  }

  private let hasher: AccessHasher
  private let clock: any PipelineClock
  private let state = Mutex(State())

  /// Makes a book of which nothing is known yet.
  ///
  /// - Parameters:
  ///   - hasher: Knows keys again.
  ///   - clock: By which keys end.
  package init(hasher: AccessHasher, clock: any PipelineClock) {
    self.hasher = hasher
    self.clock = clock
  }

  /// The list as it is known; nil before the topic was once read to its end.
  package var list: AccessList? { state.withLock { $0.isKnown ? $0.list : nil } }

  /// Takes over what the topic holds beyond what was read; where that is nothing, it costs one question to the log.
  ///
  /// The last record is compared with what it was whenever there is something new, after a look in vain, and else once in
  /// ``looksBetweenChecks``.
  ///
  /// - Parameter log: The log.
  /// - Returns: What was there.
  /// - Throws: ``LogError``; nothing was taken over then, and what was known stays known.
  @discardableResult
  package func follow(_ log: any EventLog) throws(LogError) -> Followed {
    do throws(LogError) {
      return try look(log)
    } catch {
      state.withLock { $0.looksLeft = 0 }
      throw error
    }
  }

  private func look(_ log: any EventLog) throws(LogError) -> Followed {
    let (position, last, isCheckDue) = state.withLock { state in
      state.looksLeft -= 1
      return (state.position, state.last, state.looksLeft <= 0)
    }
    let end = try log.end(of: Self.place)
    guard end != position || isCheckDue else {
      state.withLock { $0.isKnown = true }
      return Followed()
    }
    let held = try log.bounds(of: Self.place)
    var isTailLost = held.end < position
    if let last, !isTailLost { isTailLost = try Self.isOther(last, log, held) }
    let (followed, changes, next, newest) = try Self.read(log, from: isTailLost ? held.start : max(held.start, position))
    state.withLock { state in
      for change in changes { state.list.apply(change) }
      state.position = next
      state.last = newest ?? (isTailLost ? nil : state.last)
      state.looksLeft = Self.looksBetweenChecks
      if next >= end { state.isKnown = true }
    }
    return Followed(applied: followed.applied, unreadable: followed.unreadable, isTailLost: isTailLost)
  }

  /// Whether another record stands where one was read; none there is what compaction leaves.
  private static func isOther(_ mark: Mark, _ log: any EventLog, _ held: LogBounds) throws(LogError) -> Bool {
    guard mark.offset >= held.start else { return false }
    let found = try log.fetch(place, at: mark.offset) { Mark($0).digest }
    return found.map { $0 != mark.digest } ?? false
  }

  private static func read(
    _ log: any EventLog, from start: Int64
  ) throws(LogError) -> (Followed, [AccessChange], next: Int64, newest: Mark?) {
    var followed = Followed()
    var changes: [AccessChange] = []
    var newest: Mark?
    let next = try log.walk(place, from: start) { record in
      if let change = AccessRecord.read(key: record.key, value: record.value) {
        changes.append(change)
      } else {
        followed.unreadable += 1
      }
      newest = Mark(record)
      return true
    }
    followed.applied = changes.count
    return (followed, changes, next, newest)
  }

  package func examine(_ text: String) -> AccessAnswer {
    guard let presented = PresentedAccessKey(text) else { return .refused(.malformed) }
    let now = clock.now
    let (isKnown, key, standing) = state.withLock { state in
      let key = state.list[presented.id]
      return (state.isKnown, key, key.map { state.list.standing(of: $0, at: now) })
    }
    guard isKnown else { return .notKnown }
    guard hasher.matches(presented, key), let key, let standing else { return .refused(.unknown) }
    switch standing {
    case .valid: return .valid(key.knownScopes)
    case .expired: return .refused(.expired)
    case .replaced: return .refused(.replaced)
    case .revoked: return .refused(.revoked)
    }
  }
}
