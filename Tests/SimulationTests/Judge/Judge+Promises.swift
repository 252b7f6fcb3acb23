import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// What senders and readers were told while the world lived must hold at its end, but for what a lost tail took away.
extension Judge {
  /// Every record that its sender knows to have landed is there.
  func judgeLanded() throws {
    for (offset, record) in world.sender.landed {
      guard offset < world.losses[TopicPartition(.events, record.partition)] ?? .max else { continue }
      guard histories[record.partition].records[offset]?.value == record.value else {
        throw fail("partition \(record.partition) does not hold what was acknowledged at \(offset)")
      }
    }
  }

  /// Every receipt that was ever shown names the event that it named, and says what it said unless its entry was lost.
  mutating func judgeShown() throws {
    let lines = histories.map { history in
      // An entry without an event repeats the source of the one before it.
      let deciding = history.lines.filter(\.hasSource)
      return Dictionary(deciding.map { ($0.source, $0) }, uniquingKeysWith: { $1 })
    }
    for receipt in world.shown.with({ $0 }) {
      guard SourceNumber(receipt.source).offset < world.losses[TopicPartition(.events, receipt.partition)] ?? .max else { continue }
      let place = "the receipt of partition \(receipt.partition) source \(receipt.source)"
      let isLost = receipt.ledgerOffset >= world.losses[TopicPartition(.ledger, receipt.partition)] ?? .max
      if isLost, case .undecodable? = lines[receipt.partition][receipt.source]?.body { continue }
      guard let line = lines[receipt.partition][receipt.source], case .decided(let verdict) = line.body,
        let sent = world.workload.sent[verdict.event]
      else { throw fail("\(place) is of no event") }
      guard sent.event.id == receipt.event, sent.event.establishment == receipt.establishment, verdict.hasDigest(receipt.digest) else {
        throw fail("\(place) names another event than the ledger")
      }
      guard !isLost else {
        coverage.note(.receiptDecidedAgain)
        continue
      }
      guard line.offset == receipt.ledgerOffset, line.now == receipt.now.milliseconds,
        verdict.outcome == UInt64(receipt.decision.outcome.rawValue), verdict.codes == receipt.decision.codes.rawValue
      else { throw fail("\(place) contradicts the ledger") }
      coverage.note(.receiptKept)
    }
  }
}
