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
    var follower = TopicFollower(AccessBook.place)
  }

  /// After how many looks at most the last record is compared again; about a minute of them.
  package static let looksBetweenChecks = TopicFollower.looksBetweenChecks

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
  package var list: AccessList? { state.withLock { $0.follower.isKnown ? $0.list : nil } }

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
    var follower = state.withLock { $0.follower }
    var (changes, unreadable): ([AccessChange], Int) = ([], 0)
    do throws(LogError) {
      let look = try follower.look(log) { record in
        if let change = AccessRecord.read(key: record.key, value: record.value) { changes.append(change) } else { unreadable += 1 }
      }
      state.withLock { state in
        for change in changes { state.list.apply(change) }
        state.follower = follower
      }
      return Followed(applied: changes.count, unreadable: unreadable, isTailLost: look == .anew)
    } catch {
      state.withLock { $0.follower = follower }
      throw error
    }
  }

  package func examine(_ text: String) -> AccessAnswer {
    guard let presented = PresentedAccessKey(text) else { return .refused(.malformed) }
    let now = clock.now
    let (isKnown, key, standing) = state.withLock { state in
      let key = state.list[presented.id]
      return (state.follower.isKnown, key, key.map { state.list.standing(of: $0, at: now) })
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
