import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// Holds a read model against what counts.
struct ReaderJudge {
  let contents: MemoryReadModel.Contents
  let name: String
  /// What was meant by each record, by its bytes.
  let sent: [[UInt8]: Sent]

  func judge(_ histories: [History], occupancy: [EstablishmentID: Occupancy]) throws {
    for history in histories { try judge(history) }
    let receipts = histories.reduce(0) { sum, history in sum + history.lines.count { if case .decided = $0.body { true } else { false } } }
    guard contents.receipts.count == receipts else { throw fail("has \(contents.receipts.count) receipts, not \(receipts)") }
    for (id, expected) in occupancy {
      guard let found = contents.occupancy[id]?.occupancy else { throw fail("does not know \(id)") }
      guard guests(found) == guests(expected) else { throw fail("counts \(found) at \(id), expected \(expected)") }
    }
  }

  private func judge(_ history: History) throws {
    for line in history.lines {
      let key = MemoryReadModel.SourceKey(partition: history.partition, source: line.source)
      switch line.body {
      case .decided(let verdict):
        guard let receipt = contents.receipts[key], UInt64(receipt.decision.outcome.rawValue) == verdict.outcome,
          receipt.decision.codes.rawValue == verdict.codes, receipt.ledgerOffset == line.offset, receipt.now.milliseconds == line.now,
          receipt.decision.first?.source == verdict.firstSource, verdict.hasDigest(receipt.digest), let event = sent[verdict.event]?.event,
          receipt.event == event.id, receipt.establishment == event.establishment, receipt.stay == event.stay
        else { throw fail("has no receipt, or another, for partition \(history.partition) source \(line.source)") }
      case .undecodable:
        guard contents.quarantine[key] != nil else {
          throw fail("has not quarantined partition \(history.partition) source \(line.source)")
        }
      default: break
      }
    }
    guard contents.positions[history.partition]?.position.offset == history.lines.last?.offset else {
      throw fail("does not stand at the last entry of partition \(history.partition)")
    }
  }

  /// The figures of guests; rooms and beds that an establishment has follow from its details.
  private func guests(_ occupancy: Occupancy) -> [Int] {
    [
      occupancy.present, occupancy.overdue, occupancy.presumedLeft, occupancy.citizens, occupancy.foreigners, occupancy.minors,
      occupancy.roomsInUse,
    ]
  }

  private func fail(_ words: String) -> Judge.Failure { Judge.Failure(words: "\(name) \(words)") }

  /// The first key under which two tables hold different rows, with both rows; nil where there is none.
  private static func first<Key, Row: Equatable>(_ left: [Key: Row], _ right: [Key: Row]) -> String? {
    for key in Set(left.keys).union(right.keys) where left[key] != right[key] {
      return "\(key) \(left[key].map { "\($0)" } ?? "nothing") and \(right[key].map { "\($0)" } ?? "nothing")"
    }
    return nil
  }

  /// What two read models differ in; nil where they are the same.
  static func difference(_ left: MemoryReadModel.Contents, _ right: MemoryReadModel.Contents) -> String? {
    if left.positions != right.positions { return "positions: \(left.positions) and \(right.positions)" }
    if let words = first(left.receipts, right.receipts) { return "receipts: \(words)" }
    if let words = first(left.stays, right.stays) { return "stays: \(words)" }
    if left.establishments != right.establishments { return "establishments" }
    if left.occupancy != right.occupancy { return "occupancy" }
    if left.quarantine != right.quarantine { return "quarantine" }
    if left.flows != right.flows { return "flows" }
    if left.standing.mapValues(Set.init) != right.standing.mapValues(Set.init) { return "standing alerts" }
    if left.entries != right.entries { return "count of entries: \(left.entries) and \(right.entries)" }
    return nil
  }
}
