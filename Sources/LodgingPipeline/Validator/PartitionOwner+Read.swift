import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Stages the next undecided events, at most so many; fewer where the log holds no more or is ahead of this validator's clock.
  ///
  /// Each reading begins with the record that was decided last: where another one stands there, the log lost its tail, and the state is
  /// dropped so that restoring says whether anything decided was lost.
  func readEvents(into stage: inout EventStage, atMost count: Int) {
    var reading = Reading(next: nextOffset, latest: context.clock.now.adding(seconds: context.settings.clockBehindMaxSeconds))
    waitingFor = nil
    isDoubtful = false
    do throws(LogError) {
      let held = try context.log.bounds(of: events)
      if held.start > nextOffset { return stop(.eventsExpired(partition: partition, next: nextOffset, start: held.start)) }
      guard held.end >= nextOffset else { return drop() }
      guard held.end > nextOffset else { return }
      if let lastRecord, lastRecord.offset == nextOffset - 1, lastRecord.offset >= held.start { reading.last = lastRecord }
      try read(&reading, into: &stage, atMost: count)
      if reading.isChanged { return drop() }
      if let last = stage.items.last, last.partition == partition, isPoisonous(number(of: last.offset)) {
        stage.poisonLast()
        context.monitor.alarm(.poisoned(partition: partition, source: last.offset))
      }
    } catch {
      if case .offsetOutOfRange = error { return drop() }
      doubt(error)
    }
  }

  /// What one reading looks for and finds.
  private struct Reading {
    /// The offset to decide next.
    let next: Int64
    /// Records that were appended later wait until the validator's clock has caught up.
    let latest: Instant
    /// The record that was decided last, where it should still be there.
    var last: RecordMark?
    /// Whether the record that was decided last is another one now.
    var isChanged = false
    var tooNew: Instant?
  }

  private func read(_ reading: inout Reading, into stage: inout EventStage, atMost count: Int) throws(LogError) {
    let from = reading.last?.offset ?? reading.next
    let limit = ReadLimit(records: reading.last == nil ? count : count + 1)
    do throws(LogError) {
      _ = try context.log.read(events, from: from, limit: limit) { (record: borrowing LogRecord) throws(LogError) in
        if let last = reading.last {
          reading.last = nil
          reading.isChanged = RecordMark(record, key: chainKey) != last
          guard !reading.isChanged else { throw .stopped }
          return
        }
        guard record.appended <= reading.latest else {
          reading.tooNew = record.appended
          throw .stopped
        }
        stage.append(record, partition: partition)
      }
    } catch {
      guard error == .stopped else { throw error }
    }
    waitingFor = reading.tooNew
    if let appended = reading.tooNew {
      context.monitor.alarm(.clockBehind(partition: partition, appended: appended, now: context.clock.now))
    }
  }
}
