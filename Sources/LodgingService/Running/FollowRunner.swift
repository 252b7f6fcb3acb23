import CoreMetrics
import LodgingGateway
import LodgingPipeline
import Logging

/// Follows a topic that every node folds in memory, on a thread of its own, so that the node knows each change within a second.
struct FollowRunner: Sendable {
  /// What is said of the topic.
  let subject: Subject
  let keeper: LoopKeeper
  /// Reads what there is.
  let follow: @Sendable () throws -> Followed

  /// A topic with what is told of it.
  struct Subject: Sendable {
    fileprivate let unreadable: MetricDefinition
    /// What is told of records that are none, behind their number.
    fileprivate let passedOver: String
    fileprivate let tailLost: String
    /// What is told of records that do not open here, behind their number.
    fileprivate var unopened = ""

    static let access = Subject(
      unreadable: MetricDefinition(
        "lodging_access_unreadable_records_total", .counter, "Records of the topic access that are none and were passed over."),
      passedOver: "records of the topic access are no access keys and were passed over",
      tailLost:
        "the topic access lost records that are known here; see with `lodging access list` what is left, and grant or revoke it again")

    static let notices = Subject(
      unreadable: MetricDefinition(
        "lodging_notices_unreadable_records_total", .counter,
        "Records of the topic notices that are none, or that the register did not write, and were passed over."),
      passedOver: "records of the topic notices are no notices of this register and were passed over",
      tailLost: "the topic notices lost its end; see with `lodging notices list` what is left, and post or withdraw it again",
      unopened: "notices do not open with this node's keys, and no stay is held against them here; give it the newest keys.json")
  }

  static let definitions = [Subject.access.unreadable, Subject.notices.unreadable]

  /// How often the topic is looked at.
  private static let glance = Duration.milliseconds(250)

  func run(until stop: StopSignal) {
    let unreadable = subject.unreadable.counter(keeper.metrics.registry)
    var unopened = 0
    keeper.keep(until: stop) {
      while !stop.isSet {
        let followed = try follow()
        keeper.status.works(keeper.name)
        if followed.unreadable > 0 {
          unreadable.increment(by: followed.unreadable)
          keeper.logger.error("\(followed.unreadable) \(subject.passedOver)")
        }
        if followed.isTailLost { keeper.logger.error("\(subject.tailLost)") }
        if followed.unopened > unopened { keeper.logger.error("\(followed.unopened) \(subject.unopened)") }
        unopened = followed.unopened
        stop.wait(atMost: Self.glance)
      }
    }
  }
}
