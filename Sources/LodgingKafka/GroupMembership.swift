internal import Dispatch
internal import KafkaClient
internal import Synchronization

/// A process's member of a group, polled on a thread of its own, so that the group never waits for whoever works on the partitions; its
/// seats share out among themselves what the group gives it.
///
/// A group that shares out anew goes on when all members have given everything up. An owner that restores a partition, or waits for a
/// broker, would hold all of them up. One member for all threads of a process keeps groups small: a process that goes is one member that is
/// missed, and not one after the other.
final class GroupMembership: Sendable {
  /// What was heard since the last time.
  struct News {
    var changes: [KafkaGroupChange] = []
    /// What the membership cannot go on with, or not without somebody's help.
    var failure: KafkaError?
    var statistics: KafkaStatistics?
  }

  fileprivate enum Ending {
    case leave(until: ContinuousClock.Instant)
    case drop
  }

  /// One of those who share the membership.
  fileprivate struct Seat {
    let number: Int
    var news = News()
    /// What it was dealt last.
    var own: [KafkaPartition] = []
    /// When its owner last asked for news.
    var asked = ContinuousClock.now
  }

  fileprivate struct State {
    /// In the order in which they were taken.
    var seats = [Seat(number: GroupMembership.firstSeat)]
    var taken = GroupMembership.firstSeat
    /// What the group has given to this member; nil while it shares out.
    var held: [KafkaPartition]?
    /// Whether it met what it cannot go on with; then nobody polls, and it ends when all seats are given back.
    var hasFailed = false
    var ending: Ending?
    var hasEnded = false
  }

  /// The seat of whoever made the membership: it is taken before anything can be heard.
  static let firstSeat = 1

  /// What the member commits, from any thread.
  let offsets: KafkaGroupOffsets
  private let member: Mutex<KafkaGroupMember>
  private let state = Mutex(State())
  private let arrivals = Arrivals()

  /// How long the thread waits for the group before it looks whether it must end.
  private static let pollTimeout: Duration = .milliseconds(50)
  /// After how long an owner that asks for nothing counts as stuck: then nobody polls, and the group gives the member's partitions to others
  /// `max.poll.interval.ms` later.
  private static let silenceMax: Duration = .seconds(240)

  /// Joins in the background; throws what ``KafkaGroupMember/init(_:topics:log:)`` throws.
  init(_ settings: KafkaConfiguration, topics: [String], log: @escaping KafkaLog) throws(KafkaError) {
    let member = try KafkaGroupMember(settings, topics: topics, log: log)
    offsets = member.offsets
    self.member = Mutex(member)
    DispatchQueue(label: "group-membership").async { [self] in run() }
  }

  // MARK: Seats

  /// Takes a seat, whose owner hears what the group does from now on; nil where the membership ends or has failed, and another is needed.
  func takeSeat() -> Int? {
    let seat = state.withLock { state -> Int? in
      guard state.ending == nil, !state.hasFailed else { return nil }
      state.taken += 1
      state.seats.append(Seat(number: state.taken))
      state.shareOut()
      return state.taken
    }
    if seat != nil { arrivals.announce() }
    return seat
  }

  /// Whether nothing of it is left, so that another member may have its name.
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// Whether a change was heard that the seat's owner has not taken.
  func hasChanges(_ seat: Int) -> Bool { state.withLock { $0.seats.first { $0.number == seat }.map { !$0.news.changes.isEmpty } ?? true } }

  /// Takes what was heard, waiting at most `timeout` for a change or a failure.
  func takeNews(of seat: Int, timeout: Duration) -> News {
    func take(_ isDone: (News) -> Bool) -> News? {
      state.withLock { state in
        guard let index = state.seats.firstIndex(where: { $0.number == seat }) else {
          return News(failure: KafkaError(.conflict, reason: "the seat was given back"))
        }
        state.seats[index].asked = .now
        guard isDone(state.seats[index].news) else { return nil }
        defer { state.seats[index].news = News() }
        return state.seats[index].news
      }
    }
    var news: News?
    arrivals.wait(timeout: timeout) {
      news = take { !$0.changes.isEmpty || $0.failure != nil }
      return news != nil
    }
    return news ?? take { _ in true } ?? News()
  }

  /// Gives a seat back, whose partitions go to the others; the last one gives everything back and tells the group, waiting at most until
  /// `deadline`, and a moment longer, for its answer.
  func leave(_ seat: Int, until deadline: ContinuousClock.Instant) {
    guard giveBack(seat, .leave(until: deadline)) else { return }
    arrivals.wait(timeout: ContinuousClock.now.duration(to: deadline) + Self.pollTimeout * 2) { state.withLock { $0.hasEnded } }
  }

  /// Gives a seat back; with the last one the thread ends without a word to the group.
  func drop(_ seat: Int) {
    _ = giveBack(seat, .drop)
  }

  /// Whether it was the last seat.
  private func giveBack(_ seat: Int, _ ending: Ending) -> Bool {
    let isLast = state.withLock { state in
      guard let index = state.seats.firstIndex(where: { $0.number == seat }) else { return false }
      state.seats.remove(at: index)
      if state.seats.isEmpty { state.ending = ending } else { state.shareOut() }
      return state.seats.isEmpty
    }
    arrivals.announce()
    return isLast
  }

  // MARK: The thread

  private func run() {
    while true {
      let (ending, isPolling) = state.withLock { state in
        (state.ending, !state.hasFailed && state.seats.allSatisfy { $0.asked + Self.silenceMax > .now })
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
    state.withLock { $0.take(heard) }
    if !heard.changes.isEmpty || heard.failure != nil { arrivals.announce() }
  }
}

extension GroupMembership.State {
  /// Hands what was heard to the seats.
  fileprivate mutating func take(_ heard: GroupMembership.News) {
    for change in heard.changes {
      if case .assigned(let partitions) = change {
        held = partitions
        shareOut()
        continue
      }
      held = nil
      for index in seats.indices { seats[index].news.changes.append(change) }
    }
    if let failure = heard.failure {
      hasFailed = true
      for index in seats.indices { seats[index].news.failure = failure }
    }
    if let statistics = heard.statistics, !seats.isEmpty { seats[0].news.statistics = statistics }
  }

  /// Tells each seat which of the member's partitions are its own: as many each as can be, and of what it had all that fits.
  fileprivate mutating func shareOut() {
    guard let held, !seats.isEmpty else { return }
    let share = held.count / seats.count
    var larger = held.count % seats.count
    var left = held
    for index in seats.indices {
      let kept = left.filter(seats[index].own.contains).prefix(share + (larger > 0 ? 1 : 0))
      if kept.count > share { larger -= 1 }
      seats[index].own = Array(kept)
      left.removeAll(where: kept.contains)
    }
    for partition in left {
      guard let index = seats.indices.min(by: { (seats[$0].own.count, $0) < (seats[$1].own.count, $1) }) else { break }
      seats[index].own.append(partition)
    }
    for index in seats.indices { seats[index].news.changes.append(.assigned(seats[index].own)) }
  }
}
