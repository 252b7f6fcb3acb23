import CoreMetrics
import LodgingGateway
import LodgingPipeline
import Logging

/// Follows the topic of notices on a thread of its own, so that whoever folds knows each change within a second.
struct NoticeRunner {
  let book: NoticeBook
  let log: RegisterLog
  let keeper: LoopKeeper

  static let definitions = [unreadable]

  private static let unreadable = MetricDefinition(
    "lodging_notices_unreadable_records_total", .counter, "Records of the topic notices that are none and were passed over.")

  /// How often the topic is looked at.
  private static let glance = Duration.milliseconds(250)

  func run(until stop: StopSignal) {
    let unreadable = Self.unreadable.counter(keeper.metrics.registry)
    keeper.keep(until: stop) {
      while !stop.isSet {
        let followed = try book.follow(log)
        keeper.status.works(keeper.name)
        if followed.unreadable > 0 {
          unreadable.increment(by: followed.unreadable)
          keeper.logger.error("\(followed.unreadable) records of the topic notices are no notices and were passed over")
        }
        if followed.isTailLost {
          keeper.logger.error("the topic notices lost its end; see with `lodging notices list` what is left, and post or withdraw it again")
        }
        stop.wait(atMost: Self.glance)
      }
    }
  }
}
