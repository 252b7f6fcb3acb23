import LodgingDomain
import LodgingWire

/// Finds the last entry that has a source of its own, back along the chain over those that repeat one.
///
/// At a month's end those are tens of thousands in a row, so they are read in blocks, each longer than the one behind it.
struct DecidingEntrySearch {
  private struct Link {
    var offset: Int64
    var entry: EntrySummary
  }

  private static let firstBlock: Int64 = 16
  private static let blockMax: Int64 = 4096

  private let log: any EventLog
  private let ledger: TopicPartition

  init(in log: any EventLog, partition: Int) { (self.log, ledger) = (log, TopicPartition(.ledger, partition)) }

  /// The offset of that entry, at most the position's; nil where the ledger does not hold the chain up to it.
  func offset(upTo position: ChainPosition) throws(LogError) -> Int64? {
    let start = try log.bounds(of: ledger).start
    var (end, chain, length) = (position.offset + 1, position.chain, Self.firstBlock)
    while end > start {
      let block = max(start, end - length)..<end
      for link in try links(in: block).reversed() where link.entry.chain == chain {
        guard link.entry.kind?.hasSource != true else { return link.offset }
        chain = link.entry.header.previous
      }
      (end, length) = (block.lowerBound, min(length * 4, Self.blockMax))
    }
    return nil
  }

  private func links(in block: Range<Int64>) throws(LogError) -> [Link] {
    var links: [Link] = []
    var next = block.lowerBound
    while next < block.upperBound {
      let reached = try log.read(ledger, from: next, limit: ReadLimit(records: Int(block.upperBound - next))) { record in
        guard record.offset < block.upperBound, let value = record.value, let entry = try? LedgerReader.summary(value) else { return }
        links.append(Link(offset: record.offset, entry: entry))
      }
      // What was folded stands in the ledger up to there, so a read that comes no further may do so later.
      guard reached > next else { throw .unavailable("\(ledger) hands out nothing at offset \(next)") }
      next = reached
    }
    return links
  }
}
