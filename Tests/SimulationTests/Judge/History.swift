import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// One partition at the end of a world: the records that there are, and the entries that count.
struct History {
  let partition: Int
  private let keys: any KeyRing
  /// Every record that the events topic holds, and those that retention removed.
  let records: [Int64: SimulatedRecord]
  let lines: [LedgerLine]
  /// The offset of the last record, -1 where there is none.
  let lastRecord: Int64
  /// By the number of resets before an entry: from which offset on the records are gone that were decided then, at the latest.
  private let keptUntil: [Int64]

  init(_ partition: Int, of world: World) {
    self.partition = partition
    keys = world.ring
    let all = world.archive[partition, default: []] + world.log.contents(of: TopicPartition(.events, partition))
    records = Dictionary(all.map { ($0.offset, $0) }, uniquingKeysWith: { $1 })
    lastRecord = all.map(\.offset).max() ?? -1
    lines = LedgerLine.read(world.log.contents(of: TopicPartition(.ledger, partition)))
    let starts = lines.compactMap { if case .sourceReset(_, let next) = $0.body { next } else { nil } }
    keptUntil = (0...starts.count).map { starts[$0...].min() ?? .max }
  }

  /// Whether the record that an entry decided was lost before its source was reset.
  func isOrphan(_ line: LedgerLine) -> Bool { line.sourceOffset >= keptUntil[min(Int(line.resets), keptUntil.count - 1)] }

  /// The record that an entry decides, where it can still be there.
  func record(of line: LedgerLine) -> SimulatedRecord? { isOrphan(line) ? nil : records[line.sourceOffset] }

  /// The offset on the events log that is decided last.
  var decidedThrough: Int64 {
    let number = lines.last?.decidedThrough ?? -1
    return number - ((number + 1) >> 44) << 44
  }

  /// Whether every record has been decided.
  var isDecided: Bool { decidedThrough >= lastRecord }

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
    if line.hasSource, isOrphan(line) { return true }
    switch line.body {
    case .genesis, .reseal, .sourceReset, .upgrade, .rekey, .other: return true
    case .missing(let first): return first > line.sourceOffset || !(first...line.sourceOffset).contains { records[$0] != nil }
    case .decided(let verdict):
      guard let record = records[line.sourceOffset] else { return false }
      return isDecided(record, by: verdict, line) && max(now, record.appended.milliseconds) == line.now
    case .ticked, .undecodable:
      guard let record = records[line.sourceOffset] else { return false }
      return max(now, record.appended.milliseconds) == line.now
    }
  }

  /// By its bytes, or by their digest where the ledger must not keep them.
  private func isDecided(_ record: SimulatedRecord, by verdict: LedgerLine.Verdict, _ line: LedgerLine) -> Bool {
    guard let chainKey = keys.chainKey(line.terms.key == 0 ? 1 : UInt32(line.terms.key)) else { return false }
    guard !verdict.recordDigest.isEmpty else { return record.value == verdict.event }
    let framed = [record.key, record.value].flatMap { part -> [UInt8] in
      let length = part.map { UInt32($0.count) } ?? .max
      return (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + (part ?? [])
    }
    return framed.withUnsafeBytes { KeyedHash.digest(key: chainKey, bytes: $0) }.withBytes { Array($0) } == verdict.recordDigest
  }
}
