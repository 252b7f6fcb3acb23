import LodgingDomain
import LodgingPipeline
import LodgingStore

/// How far the register's answers are behind the world, in numbers and in words.
///
/// Commands that only read change nothing: they append no ticks and decide nothing, so between commands that write ledger time stands.
package struct Freshness: Sendable {
  /// How far ledger time is behind the clock, in seconds; 0 where it is not.
  package var lagSeconds: Int
  /// Records of the events log that are not in the register yet.
  package var waiting: Int
  /// Those of them that are decided: the ledger holds their decisions, and the register lacks them.
  package var unfolded: Int
  /// Whether some process holds the partitions and decides.
  package var isDeciding: Bool
  private var asOf: Instant?

  /// A lag that a running process has anyway, between two ticks, is not worth a word.
  private static let lagSecondsMax = 120

  /// Looks at a register.
  package init(_ register: Register) throws {
    let (version, positions) = try register.store.read { (try $0.version(), try $0.chainPositions()) }
    asOf = version.asOf
    lagSeconds = version.asOf.map { max(0, Int((register.clock.now.milliseconds - $0.milliseconds) / 1000)) } ?? 0
    (waiting, unfolded) = (0, 0)
    for partition in 0..<register.log.partitionCount {
      let end = try register.log.end(of: TopicPartition(.events, partition))
      guard end > 0 else { continue }
      let folded = positions[partition]
      let decided = register.sources(of: partition, after: folded)
      let records = Self.waiting(upTo: SourceNumber(decided.at(end - 1)), after: folded?.source)
      waiting += records
      unfolded += min(records, Self.waiting(upTo: decided, after: folded?.source))
    }
    isDeciding = try register.log.isDecided()
  }

  /// Records up to a source that are not folded; where the source was reset since, all that its log holds.
  private static func waiting(upTo last: SourceNumber, after folded: Int64?) -> Int {
    let folded = SourceNumber(folded ?? -1)
    return max(0, Int(last.offset - (folded.resets == last.resets ? folded.offset : -1)))
  }

  /// What a reader of the answers should know; nil where they are of now.
  package var words: String? {
    let parts = [unfoldedWords, undecidedWords, lagWords].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Records that are not decided.
  package var undecided: Int { waiting - unfolded }

  private var unfoldedWords: String? {
    guard unfolded > 0 else { return nil }
    let events = "\(Self.events(unfolded)) decided and not folded into the register"
    return isDeciding
      ? "\(events) yet, so not in the answer"
      : "\(events), so not in the answer: no process folds now; the next command that writes will"
  }

  private static func events(_ count: Int) -> String { count == 1 ? "1 event is" : "\(count) events are" }

  private var undecidedWords: String? {
    guard undecided > 0 else { return nil }
    let events = Self.events(undecided)
    return isDeciding
      ? "\(events) being decided and not in the answer yet"
      : "\(events) not decided and not in the answer: no process decides now; the next command that writes will"
  }

  private var lagWords: String? {
    guard lagSeconds > Self.lagSecondsMax, let asOf else { return nil }
    let behind = "the answer is of \(asOf.rfc3339()), \(Self.duration(lagSeconds)) ago"
    return isDeciding
      ? "\(behind); the process that decides has not caught up"
      : "\(behind), when events were last decided: who has since become overdue or is taken to have left does not show"
  }

  private static func duration(_ seconds: Int) -> String {
    switch seconds {
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
