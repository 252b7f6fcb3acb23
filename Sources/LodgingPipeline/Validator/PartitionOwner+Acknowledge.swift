import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Takes what became of one submission and compares the offsets with what was expected.
  ///
  /// A failure, a lost tail or another writer's entry drops the state; the caller then purges what is in flight, and has looked before
  /// whether the history stands where that was due; see ``mustReadBack(before:)``.
  func acknowledge(_ acknowledgement: Acknowledgement) {
    guard let index = inFlight.firstIndex(where: { $0.tag == acknowledgement.tag }) else { return }
    let submission = inFlight.remove(at: index)
    switch acknowledgement.result {
    case .failure(let error):
      context.monitor.alarm(.appendFailed(partition: partition, reason: "\(error)"))
      drop()
    case .success(let offsets):
      guard index == 0, offsets.count == submission.positions.count else {
        context.monitor.alarm(.appendFailed(partition: partition, reason: "acknowledgements out of order"))
        return drop()
      }
      for (offset, position) in zip(offsets, submission.positions) {
        guard landed(at: offset, position.chain, position.source) else { return }
      }
      entriesSinceSnapshot += Int64(offsets.count)
      if submission.holdsReseals { indexPosition = nil }
      landedCounts += submission.counts
      lastActivity = context.clock.now
    }
  }

  private func landed(at offset: Int64, _ chain: Digest128, _ source: Int64) -> Bool {
    if offset <= acknowledged.offset {
      context.monitor.alarm(.ledgerTailLost(partition: partition, offset: acknowledged.offset))
      drop()
      return false
    }
    if offset > acknowledged.offset + 1, !gapIsHarmless(before: offset) { return false }
    acknowledged = ChainPosition(offset: offset, chain: chain, source: source)
    return true
  }

  /// Reads the entries that landed between ours: ignored ones are harmless, one that counts means that somebody else wrote.
  ///
  /// An operator's entry takes no partition away: what was made without it is made again behind it.
  private func gapIsHarmless(before offset: Int64) -> Bool {
    do throws(LogError) {
      var cursor = ChainCursor(partition: partition, after: acknowledged, version: context.version)
      var counted: Int64?
      var isOperators = false
      _ = try context.log.walk(ledger, from: cursor.next) { record in
        guard record.offset < offset else { return false }
        switch cursor.take(record.value, at: record.offset) {
        case .ignored: return true
        case .counts(let summary):
          (counted, isOperators) = (record.offset, summary.kind?.isOperators == true)
          return false
        case .unknown, .later, .noGenesis:
          counted = record.offset
          return false
        }
      }
      guard let counted else { return true }
      guard !isOperators else {
        drop()
        return false
      }
      context.monitor.alarm(.deposed(partition: partition, offset: counted))
      drop(to: .steppedBack)
    } catch {
      doubt(error)
      drop()
    }
    return false
  }

  /// Fetches the last counted entry and the last decided event again, to notice a log that lost its tail and grew again.
  ///
  /// Either difference drops the state; restoring says whether events that the ledger decided are gone, and then stops.
  func checkTails() {
    tailChecked = context.clock.now
    do throws(LogError) {
      guard try historyStands() else { return }
      let held = try context.log.bounds(of: events)
      guard held.end >= nextOffset else { return drop() }
      guard let lastRecord, lastRecord.offset >= held.start else { return }
      let found = try context.log.fetch(events, at: lastRecord.offset) { RecordMark($0, key: self.chainKey) }
      if found != lastRecord { drop() }
    } catch {
      doubt(error)
    }
  }
}
