import CoreMetrics
import LodgingGateway
import LodgingPipeline
import Logging

/// Follows the topic of access keys on a thread of its own, so that a serving node knows each change within a second.
struct AccessRunner {
  let book: AccessBook
  let log: RegisterLog
  let keeper: LoopKeeper

  static let definitions = [unreadable]

  private static let unreadable = MetricDefinition(
    "lodging_access_unreadable_records_total", .counter, "Records of the topic access that are none and were passed over.")

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
          keeper.logger.error("\(followed.unreadable) records of the topic access are no access keys and were passed over")
        }
        if followed.isTailLost {
          keeper.logger.error(
            "the topic access lost records that are known here; see with `lodging access list` what is left, and grant or revoke it again")
        }
        stop.wait(atMost: Self.glance)
      }
    }
  }
}
