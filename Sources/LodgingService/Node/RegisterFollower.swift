import LodgingDomain
import LodgingPipeline
import LodgingStore
import Logging
import Synchronization

/// Takes over what other processes change in the folder of a register: keys, the directory's files, and single changes of residents.
///
/// Where nothing changed, a look costs two questions to the file system and one to the log; between looks, reading a clock. Any number of
/// threads may share it: one looks, the others go on.
final class RegisterFollower: ChangeFollower {
  private let keys: FileKeyRing
  private let makesMonths: Bool
  private let directory: ResidentReplica
  private let log: any EventLog
  private let clock: any PipelineClock
  private let logger: Logger
  private let interval: Duration
  private let start = ContinuousClock.now
  /// When to look next, in milliseconds since `start`.
  private let due = Atomic<Int64>(0)
  /// When to ask the log next after it did not answer, likewise.
  private let logDue = Atomic<Int64>(0)
  private let told = Mutex<[String: ContinuousClock.Instant]>([:])
  /// Why the key ring could not be taken over when it was looked at last.
  private let keysFault = Mutex<String?>(nil)

  /// How often a running loop looks.
  static let interval = Duration.milliseconds(250)
  /// How long the same trouble is not told again, and a log that does not answer not asked.
  private static let pause = Duration.seconds(10)
  /// A month's key is made so long before the month begins, so that no event of its first moments finds none.
  private static let monthLead: Int64 = 3600
  /// Where others make them, so many days before is told that one is missing.
  private static let monthNoticeDays: Int64 = 7

  init(
    keys: FileKeyRing, makesMonths: Bool, directory: ResidentReplica, log: any EventLog, clock: any PipelineClock, logger: Logger,
    interval: Duration = interval
  ) {
    self.keys = keys
    self.makesMonths = makesMonths
    self.directory = directory
    self.log = log
    self.clock = clock
    self.logger = logger
    self.interval = interval
  }

  func follow() {
    let elapsed = (ContinuousClock.now - start).milliseconds
    let planned = due.load(ordering: .relaxed)
    guard elapsed >= planned else { return }
    let next = elapsed + interval.milliseconds
    guard due.compareExchange(expected: planned, desired: next, ordering: .relaxed).exchanged else { return }
    attempt("keys", "the key ring cannot be read; work goes on with the keys that are known") { try noteKeys() }
    attempt("directory", "the residents cannot be taken over; the version before stays in force") { _ = try directory.refresh() }
    guard elapsed >= logDue.load(ordering: .relaxed) else { return }
    let isRead = attempt("residents", "the changes of residents cannot be read; they are read again later") { try followTopic() }
    // A question in vain holds up a thread that has events to decide.
    if !isRead { logDue.store((ContinuousClock.now - start + Self.pause).milliseconds, ordering: .relaxed) }
  }

  /// Why the key ring cannot be taken over, as it was looked at last; nil where it can.
  var keyTrouble: String? { keysFault.withLock { $0 } }

  /// The same at once, for a command that wants to know what cannot be taken over.
  func followNow() throws {
    try noteKeys()
    _ = try directory.refresh()
    try followTopic()
  }

  private func noteKeys() throws {
    do {
      try followKeys()
      keysFault.withLock { $0 = nil }
    } catch {
      keysFault.withLock { $0 = "\(error)" }
      throw error
    }
  }

  private func followKeys() throws {
    _ = try keys.reloadIfChanged()
    guard !makesMonths else {
      for time in [clock.now, clock.now.adding(seconds: Self.monthLead)] { try keys.makeMonth(at: time) }
      return
    }
    if keys.month(KeyMonth(containing: clock.now.adding(days: Self.monthNoticeDays))) == nil {
      let remedy = "run `lodging topics create` where the register's own is kept, and copy it to all nodes"
      tell("month", "the key ring ends within \(Self.monthNoticeDays) days: \(remedy)")
    }
  }

  private func followTopic() throws {
    let followed = try directory.follow(log)
    if followed.isTailLost {
      tell("residents-lost", "the topic residents lost changes that are applied here; load the residents again")
    }
    if followed.unreadable > 0 {
      tell("residents-unreadable", "\(followed.unreadable) records of the topic residents are no changes and were passed over")
    }
  }

  @discardableResult
  private func attempt(_ what: String, _ words: String, _ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      tell(what, "\(words): \(error)")
      return false
    }
  }

  private func tell(_ what: String, _ words: String) {
    let now = ContinuousClock.now
    let isNew = told.withLock { told in
      if let last = told[what], now - last < Self.pause { return false }
      told[what] = now
      return true
    }
    if isNew { logger.error("\(words)") }
  }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
