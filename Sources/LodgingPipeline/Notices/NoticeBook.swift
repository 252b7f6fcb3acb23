package import LodgingDomain
package import LodgingWire
import Synchronization

/// The notices as one node knows them: a fold of the topic `notices` in memory, with the fingerprints of their documents.
///
/// Any number of threads may ask and follow the topic, one at a time. What was known before goes on where the topic cannot be read. Documents are open for
/// the moment in which their fingerprints are made, and nothing of them is written anywhere.
package final class NoticeBook: Sendable {
  /// Where the records are: all on one partition, so that they have one order.
  package static let place = TopicPartition(.notices, 0)

  private struct State: Sendable {
    var list = NoticeList()
    var follower = TopicFollower(NoticeBook.place)
    var digest = Digest128.zero
    var opened: [NoticeID: OpenedNotice] = [:]
    /// How many do not open although their key was not destroyed.
    var unopened = 0
    /// The months whose keys made the fingerprints.
    var months: [KeyMonth] = []
    var revision = 0
  }

  private let hasher: NoticeHasher
  private let keys: any KeyRing
  private let state = Mutex(State())
  /// Held by who follows, so that no two sets get one number.
  private let following = Mutex(())

  /// Makes a book of which nothing is known yet.
  ///
  /// - Parameters:
  ///   - hasher: Knows the register's own records.
  ///   - keys: Opens the documents.
  package init(hasher: NoticeHasher, keys: any KeyRing) {
    self.hasher = hasher
    self.keys = keys
  }

  /// All notices, withdrawn ones too; nil before the topic was once read to its end.
  package var list: NoticeList? { state.withLock { $0.follower.isKnown ? $0.list : nil } }

  /// The number of the present ``set``, which rises with each change; nil before the topic was once read to its end.
  package var revision: Int? { state.withLock { $0.follower.isKnown ? $0.revision : nil } }

  /// What stays are held against now, with its revision; nil before the topic was once read to its end.
  package var set: (set: NoticeSet, revision: Int)? {
    state.withLock { state in
      guard state.follower.isKnown else { return nil }
      let position = NoticePosition(next: state.follower.position, digest: state.digest)
      return (NoticeSet(position: position, notices: state.opened), state.revision)
    }
  }

  /// Takes over what the topic holds beyond what was read, and which months' keys there are.
  ///
  /// Where nothing is new, it costs one question to the log.
  ///
  /// - Parameter log: The log.
  /// - Returns: What was there.
  /// - Throws: ``LogError``; nothing was taken over then, and what was known stays known.
  @discardableResult
  package func follow(_ log: any EventLog) throws(LogError) -> Followed {
    try following.withLock { _ throws(LogError) in try look(log) }
  }

  private func look(_ log: any EventLog) throws(LogError) -> Followed {
    var next = state.withLock { $0 }
    let wasKnown = next.follower.isKnown
    var notices: [Notice] = []
    var digests: [Digest128] = []
    do throws(LogError) {
      let look = try next.follower.look(log) { record in
        digests.append(TopicFollower.digest(of: record))
        if let notice = NoticeRecord.read(key: record.key, value: record.value, by: hasher) { notices.append(notice) }
      }
      if look == .anew { (next.list, next.digest) = (NoticeList(), .zero) }
      for notice in notices { next.list.apply(notice) }
      for digest in digests { next.digest = Self.chain(next.digest, digest) }
      let months = keys.secretMonths
      if look != .nothing || months != next.months || !wasKnown {
        open(&next, months)
        next.revision += 1
      }
      state.withLock { $0 = next }
      return Followed(applied: notices.count, unreadable: digests.count - notices.count, isTailLost: look == .anew, unopened: next.unopened)
    } catch {
      state.withLock { $0.follower = next.follower }
      throw error
    }
  }

  private static func chain(_ previous: Digest128, _ digest: Digest128) -> Digest128 {
    var scratch: [UInt8] = []
    return digest.withBytes { KeyedHash.digest(key: SipKey(low: 0, high: 0), previous: previous, rest: $0, scratch: &scratch) }
  }

  /// Opens what is not open, under the keys that there are now.
  private func open(_ state: inout State, _ months: [KeyMonth]) {
    let known = months == state.months ? state.opened : [:]
    state.months = months
    let all = months.compactMap(keys.keys)
    var (opened, unopened): ([NoticeID: OpenedNotice], Int) = ([:], 0)
    for notice in state.list.all where notice.withdrawn == nil {
      if let same = known[notice.id], same == OpenedNotice(notice, fingerprints: same.fingerprints) {
        opened[notice.id] = same
      } else if let key = keys.keys(of: notice.document.month),
        let document = NoticeSeal.open(notice.document, of: notice.id, with: key)
      {
        opened[notice.id] = OpenedNotice(notice, fingerprints: document.fingerprints(under: all))
      } else if keys.standing(of: notice.document.month, at: notice.posted) != .destroyed {
        unopened += 1
      }
    }
    (state.opened, state.unopened) = (opened, unopened)
  }
}
