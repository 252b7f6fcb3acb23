import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Stages the next undecided events, at most so many; fewer where the log holds no more or is ahead of this validator's clock.
  ///
  /// Each reading begins with the record that was decided last: where another one stands there, the log lost its tail, and the state is
  /// dropped so that restoring says whether anything decided was lost. Where the log begins and ends is asked only where a reading finds
  /// nothing at all: a log refuses to read before its start, and one that holds the last record holds no less than what was decided. Where it
  /// is going on with what it began in the same step, a reading begins with the next event.
  func readEvents(into stage: inout EventStage, atMost count: Int, isGoingOn: Bool) {
    var reading = Reading(next: nextOffset, latest: context.clock.now.adding(seconds: context.settings.clockBehindMaxSeconds))
    if let lastRecord, lastRecord.offset == nextOffset - 1, !isGoingOn { reading.last = lastRecord }
    waitingFor = nil
    isDoubtful = false
    do throws(LogError) {
      do throws(LogError) {
        try read(&reading, into: &stage, atMost: count)
      } catch {
        guard case .offsetOutOfRange(_, _, let held) = error else { throw error }
        guard try canGoOn(&reading, with: held) else { return }
        try read(&reading, into: &stage, atMost: count)
      }
      if reading.isChanged { return drop() }
      guard reading.hasFound else {
        _ = try canGoOn(&reading, with: context.log.bounds(of: events))
        return
      }
      if let last = stage.items.last, last.partition == partition, isPoisonous(number(of: last.offset)) {
        stage.poisonLast()
        context.monitor.alarm(.poisoned(partition: partition, source: last.offset))
      }
    } catch {
      if case .offsetOutOfRange = error { return drop() }
      doubt(error)
    }
  }

  /// Whether what the log holds lets events be decided: it must neither begin behind the next one nor end before it.
  ///
  /// Where retention took nothing but what is decided, the reading goes on without the record that was decided last.
  private func canGoOn(_ reading: inout Reading, with held: LogBounds) throws(LogError) -> Bool {
    guard held.start <= nextOffset else {
      stop(.eventsExpired(partition: partition, next: nextOffset, start: held.start))
      return false
    }
    guard held.end >= nextOffset else {
      drop()
      return false
    }
    if let last = reading.last, last.offset < held.start { reading.last = nil }
    return true
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
    /// Whether any record was found.
    var hasFound = false
    var tooNew: Instant?
  }

  private func read(_ reading: inout Reading, into stage: inout EventStage, atMost count: Int) throws(LogError) {
    let from = reading.last?.offset ?? reading.next
    let limit = ReadLimit(records: reading.last == nil ? count : count + 1)
    do throws(LogError) {
      _ = try context.log.read(events, from: from, limit: limit) { (record: borrowing LogRecord) throws(LogError) in
        reading.hasFound = true
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
