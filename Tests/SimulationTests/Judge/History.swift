import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// One partition at the end of a world: the records that there are, and the entries that count.
struct History {
  let partition: Int
  /// Every record that the events topic holds, and those that retention removed.
  let records: [Int64: SimulatedRecord]
  let lines: [LedgerLine]
  /// The offset of the last record, -1 where there is none.
  let lastRecord: Int64

  init(_ partition: Int, of world: World) {
    self.partition = partition
    let all = world.archive[partition, default: []] + world.log.contents(of: TopicPartition(.events, partition))
    records = Dictionary(all.map { ($0.offset, $0) }, uniquingKeysWith: { $1 })
    lastRecord = all.map(\.offset).max() ?? -1
    lines = LedgerLine.read(world.log.contents(of: TopicPartition(.ledger, partition)))
  }

  /// Whether every record has been decided.
  var isDecided: Bool { (lines.last?.source ?? -1) >= lastRecord }

  /// The source of the first entry whose record is not the one that was decided; nil where all agree.
  var conflict: Int64? { conflicts.first }

  /// The sources of all entries whose record is not the one that was decided.
  var conflicts: [Int64] {
    var now = Int64.min
    var sources: [Int64] = []
    for line in lines {
      if !agrees(line, after: now) { sources.append(line.source) }
      now = line.now
    }
    return sources
  }

  private func agrees(_ line: LedgerLine, after now: Int64) -> Bool {
    switch line.body {
    case .genesis, .reseal, .other: return true
    case .missing(let first): return first > line.source || !(first...line.source).contains { records[$0] != nil }
    case .decided(let verdict):
      guard let record = records[line.source] else { return false }
      return record.value == verdict.event && max(now, record.appended.milliseconds) == line.now
    case .ticked, .undecodable:
      guard let record = records[line.source] else { return false }
      return max(now, record.appended.milliseconds) == line.now
    }
  }
}
