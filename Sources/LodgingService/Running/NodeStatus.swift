package import LodgingPipeline
import Synchronization

/// How a node stands, gathered from its loops and told to whoever asks.
package final class NodeStatus: NodeHealth {
  private struct State: Sendable {
    var deciding: [Int: HealthReport.Deciding] = [:]
    var folding: HealthReport.Folding?
    var lagSeconds = 0.0
    var hasCaughtUp = false
    /// Where the ledger's partitions ended when the read model was measured first.
    var firstEnds: [Int64]?
    var published = PublisherFigures()
    var troubles: [String: String] = [:]
    var conditions: Set<NodeCondition> = []
    var isEnding = false
    var isOutgrown = false
  }

  private let role: NodeRole
  private let lagSecondsMax: Int
  private let publishes: Bool
  private let state = Mutex(State())

  /// Makes a status of a node that has done nothing yet.
  package init(role: NodeRole, lagSecondsMax: Int, publishes: Bool = false) {
    self.role = role
    self.publishes = publishes
    self.lagSecondsMax = lagSecondsMax
  }

  /// Whether the read model was up to date once.
  package var hasCaughtUp: Bool { state.withLock { $0.hasCaughtUp } }

  /// A loop failed and will be tried again.
  package func fails(_ loop: String, _ why: String) { state.withLock { $0.troubles[loop] = why } }

  /// The ledger goes on in a version that this program does not know.
  package func isOutgrown() { state.withLock { $0.isOutgrown = true } }

  /// A loop does its work.
  package func works(_ loop: String) { state.withLock { _ = $0.troubles.removeValue(forKey: loop) } }

  /// A condition holds or does not; returns whether that is new.
  package func stands(_ condition: NodeCondition, _ holds: Bool) -> Bool {
    state.withLock { holds ? $0.conditions.insert(condition).inserted : $0.conditions.remove(condition) != nil }
  }

  /// What a validator's thread owns.
  package func decides(_ deciding: HealthReport.Deciding, thread: Int) { state.withLock { $0.deciding[thread] = deciding } }

  /// How far the read model is, as somebody measured it.
  ///
  /// It has caught up once it holds all that there was when it was measured first: where events never stop, some entry is always not folded
  /// yet.
  ///
  /// - Parameters:
  ///   - folding: The figures to show.
  ///   - lagSeconds: The age of the oldest entry that is not folded.
  ///   - ends: Where each partition of the ledger ends.
  ///   - behind: How many entries of each partition are not folded.
  package func folds(_ folding: HealthReport.Folding, lagSeconds: Double, ends: [Int64], behind: [Int64]) {
    state.withLock { state in
      state.folding = folding
      state.lagSeconds = lagSeconds
      let firstEnds = state.firstEnds ?? ends
      state.firstEnds = firstEnds
      let hasReached = zip(zip(ends, behind), firstEnds).allSatisfy { $0.0 - $0.1 >= $1 }
      if folding.partitionsBehind == 0 || hasReached { state.hasCaughtUp = true }
    }
  }

  /// How far publishing is.
  package func publishes(_ figures: PublisherFigures) { state.withLock { $0.published = figures } }

  /// The node ends and wants no work.
  package func end() { state.withLock { $0.isEnding = true } }

  package func report() -> HealthReport {
    let state = state.withLock { $0 }
    var report = HealthReport(role: role.rawValue, mayServe: state.hasCaughtUp && !state.isEnding)
    if role.decides {
      report.deciding = state.deciding.values.reduce(into: HealthReport.Deciding(owned: 0, deciding: 0, stopped: 0)) { sum, part in
        sum.owned += part.owned
        sum.deciding += part.deciding
        sum.stopped += part.stopped
      }
      if let stopped = report.deciding?.stopped, stopped > 0 { report.warnings.append(.stopped(stopped)) }
    }
    if role.folds {
      report.folding = state.folding
      if !state.hasCaughtUp {
        report.reasons.append(.folding)
      } else if state.lagSeconds > Double(lagSecondsMax) {
        report.reasons.append(.behind)
      }
    }
    if publishes {
      let published = state.published
      report.publishing = HealthReport.Publishing(
        pending: published.pending, waiting: published.waiting, hasCompared: published.hasCompared)
      if !published.hasCompared {
        report.reasons.append(.publishing)
      } else if published.lagMilliseconds > Int64(lagSecondsMax) * 1000 {
        report.reasons.append(.publishingBehind)
      }
    }
    report.reasons += state.troubles.keys.sorted().map { .failing($0) }
    for condition in NodeCondition.allCases where state.conditions.contains(condition) {
      if condition.keepsWorkAway { report.reasons.append(condition.reason) } else { report.warnings.append(condition.reason) }
    }
    if state.isOutgrown { report.reasons.append(.laterVersion) }
    if state.isEnding { report.reasons.append(.ending) }
    if report.isReady, report.deciding?.owned == 0 { report.warnings.append(.noPartition) }
    return report
  }
}

extension HealthReport.Reason {
  fileprivate static let folding = HealthReport.Reason(
    "folding", "The node still reads the ledger.", "Nút đang đọc sổ cái.")
  fileprivate static let behind = HealthReport.Reason(
    "behind", "The read model is further behind the ledger than it may be.", "Mô hình đọc chậm hơn sổ cái quá mức cho phép.")
  fileprivate static let publishing = HealthReport.Reason(
    "publishing", "What is published has not been compared with the register yet.", "Chưa so sánh xong dữ liệu đã công bố với sổ đăng ký.")
  fileprivate static let publishingBehind = HealthReport.Reason(
    "publishing-behind", "What changed has waited longer to be published than it may.",
    "Thay đổi chờ công bố lâu quá mức cho phép.")
  fileprivate static let laterVersion = HealthReport.Reason(
    "later-version", "The ledger goes on in a version that this program does not know; start the later program here.",
    "Sổ cái đã sang phiên bản mà chương trình này không biết; hãy khởi động phiên bản mới tại nút này.")
  fileprivate static let ending = HealthReport.Reason("ending", "The node ends.", "Nút đang dừng.")

  fileprivate static let noPartition = HealthReport.Reason(
    "no-partition",
    "This node owns no partition and stands by: ordinary where it has only just joined, where there are more validator threads than partitions, or "
      + "where another process decides for the same folder.",
    "Nút này không giữ phân vùng nào và đang chờ: bình thường khi nút vừa tham gia, khi số luồng quyết định nhiều hơn số phân vùng, hoặc khi tiến "
      + "trình khác đang quyết định cho cùng thư mục.")

  fileprivate static func failing(_ loop: String) -> HealthReport.Reason {
    HealthReport.Reason(
      "\(loop)-failing", "The loop \(loop) fails and is tried again; the log says why.",
      "Vòng lặp \(loop) bị lỗi và đang thử lại; xem nhật ký.")
  }

  fileprivate static func stopped(_ count: Int) -> HealthReport.Reason {
    HealthReport.Reason(
      "partition-stopped", "\(count) partitions stand still until an operator acts; the log says why.",
      "\(count) phân vùng đang dừng, cần người vận hành xử lý; xem nhật ký.")
  }
}
