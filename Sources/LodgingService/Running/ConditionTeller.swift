import LodgingPipeline
import Logging

/// Tells an operator once when a condition of the node begins and once when it ends; the node's health shows it meanwhile.
struct ConditionTeller: Sendable {
  let status: NodeStatus
  let logger: Logger

  /// The condition holds or does not; `why` is what is known beyond the condition itself.
  func tell(_ condition: NodeCondition, _ holds: Bool, why: String? = nil) {
    guard status.stands(condition, holds) else { return }
    guard holds else { return logger.notice("\(condition.ended)", metadata: ["condition": "\(condition.reason.code)"]) }
    let level: Logger.Level = condition.keepsWorkAway ? .error : .warning
    logger.log(
      level: level, "\(condition.reason.text)\(why.map { " (\($0))" } ?? "")", metadata: ["condition": "\(condition.reason.code)"])
  }
}
