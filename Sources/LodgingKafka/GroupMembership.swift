internal import Dispatch
internal import KafkaClient
internal import Synchronization

/// A group's member that is polled on a thread of its own, so that the group never waits for whoever works on the partitions.
///
/// A group that shares out anew goes on when all members have given everything up. An owner that restores a partition, or waits for a
/// broker, would hold all of them up.
final class GroupMembership: Sendable {
  /// What was heard since the last time.
  struct News {
    var changes: [KafkaGroupChange] = []
    /// What the membership cannot go on with, or not without somebody's help.
    var failure: KafkaError?
    var statistics: KafkaStatistics?
  }

  private enum Ending {
    case leave(until: ContinuousClock.Instant)
    case drop
  }

  private struct State {
    var news = News()
    var ending: Ending?
    var hasEnded = false
    /// When the owner last asked for news.
    var asked = ContinuousClock.now
  }

  /// What the member commits, from any thread.
  let offsets: KafkaGroupOffsets
  private let member: Mutex<KafkaGroupMember>
  private let state = Mutex(State())
  private let arrivals = Arrivals()

  /// How long the thread waits for the group before it looks whether it must end.
  private static let pollTimeout: Duration = .milliseconds(50)
  /// After how long an owner that asks for nothing counts as stuck: then nobody polls, and the group gives its partitions to others
  /// `max.poll.interval.ms` later.
  private static let silenceMax: Duration = .seconds(240)

  /// Joins in the background; throws what ``KafkaGroupMember/init(_:topics:log:)`` throws.
  init(_ settings: KafkaConfiguration, topics: [String], log: @escaping KafkaLog) throws(KafkaError) {
    let member = try KafkaGroupMember(settings, topics: topics, log: log)
    offsets = member.offsets
    self.member = Mutex(member)
    DispatchQueue(label: "group-membership").async { [self] in run() }
  }

  /// Whether a change was heard that nobody has taken.
  var hasChanges: Bool { state.withLock { !$0.news.changes.isEmpty } }

  /// Takes what was heard, waiting at most `timeout` for a change or a failure.
  func takeNews(timeout: Duration) -> News {
    state.withLock { $0.asked = .now }
    arrivals.wait(timeout: timeout) { state.withLock { !$0.news.changes.isEmpty || $0.news.failure != nil } }
    return state.withLock { state in
      state.asked = .now
      defer { state.news = News() }
      return state.news
    }
  }

  /// Gives everything back and tells the group, waiting at most until `deadline`, and a moment longer, for its answer.
  func leave(until deadline: ContinuousClock.Instant) {
    state.withLock { $0.ending = $0.ending ?? .leave(until: deadline) }
    arrivals.wait(timeout: ContinuousClock.now.duration(to: deadline) + Self.pollTimeout * 2) { state.withLock { $0.hasEnded } }
  }

  /// Ends the thread without a word to the group.
  func drop() {
    state.withLock { $0.ending = $0.ending ?? .drop }
  }

  // MARK: The thread

  private func run() {
    while true {
      let (ending, isPolling) = state.withLock { state in
        (state.ending, state.asked + Self.silenceMax > .now && state.news.failure?.isFatal != true)
      }
      switch ending {
      case .leave(let deadline):
        member.withLock { $0.leave(timeout: ContinuousClock.now.duration(to: deadline)) }
        return end()
      case .drop: return end()
      case nil: isPolling ? poll() : arrivals.wait(timeout: Self.pollTimeout) { false }
      }
    }
  }

  private func end() {
    state.withLock { $0.hasEnded = true }
    arrivals.announce()
  }

  private func poll() {
    var heard = News()
    member.withLock { member in
      do throws(KafkaError) {
        try member.poll(timeout: Self.pollTimeout) { heard.changes.append($0) }
      } catch {
        // A broker that went away ends no membership: whoever gave everything back for it would make all share out anew.
        if !error.isRetriable { heard.failure = error }
      }
      heard.statistics = member.takeStatistics()
    }
    state.withLock { state in
      state.news.changes += heard.changes
      state.news.failure = heard.failure ?? state.news.failure
      state.news.statistics = heard.statistics ?? state.news.statistics
    }
    if !heard.changes.isEmpty || heard.failure != nil { arrivals.announce() }
  }
}
