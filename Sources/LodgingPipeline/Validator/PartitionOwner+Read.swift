import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Stages the next undecided events, at most so many; fewer where the log holds no more or is ahead of this validator's clock.
  func readEvents(into stage: inout EventStage, atMost count: Int) {
    let latest = context.clock.now.adding(seconds: context.settings.clockBehindMaxSeconds)
    let from = nextSource
    var tooNew: Instant?
    do throws(LogError) {
      let held = try context.log.bounds(of: events)
      if held.start > from { return stop(.eventsExpired(partition: partition, next: from, start: held.start)) }
      guard held.end > from else { return }
      _ = try context.log.read(events, from: from, limit: ReadLimit(records: count)) { (record: borrowing LogRecord) throws(LogError) in
        guard record.appended <= latest else {
          tooNew = record.appended
          throw .stopped
        }
        stage.append(record, partition: partition)
      }
      if let last = stage.items.last, last.partition == partition, isPoisonous(last.offset) {
        stage.poisonLast()
        context.monitor.alarm(.poisoned(partition: partition, source: last.offset))
      }
    } catch {
      if let tooNew {
        context.monitor.alarm(.clockBehind(partition: partition, appended: tooNew, now: context.clock.now))
      } else if case .offsetOutOfRange = error {
        stop(.eventsTailLost(partition: partition, source: decided.source))
      } else {
        context.monitor.alarm(.readFailed(partition: partition, reason: "\(error)"))
      }
    }
  }
}
