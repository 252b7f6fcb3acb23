import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// Replays a partition from every snapshot that was published and from genesis: the bytes at the end must be the same.
struct SnapshotJudge {
  let history: History
  let records: [SimulatedRecord]
  let version: LedgerVersion

  func judge(_ published: [SnapshotName: [UInt8]]) throws {
    let counted = Set(history.lines.map(\.offset))
    let whole = try replay(StateFold(partition: history.partition, version: version))
    for (name, bytes) in published {
      guard let record = records.first(where: { $0.offset == name.position.offset }), chain(of: record) == name.position.chain else {
        continue
      }
      guard counted.contains(record.offset) else {
        throw Judge.Failure(
          words: "a snapshot can be restored at offset \(record.offset) of partition \(history.partition), which does not count")
      }
      let fold = StateFold(partition: history.partition, state: try SnapshotCodec.decode(bytes), at: name.position, version: version)
      guard try replay(fold) == whole else {
        throw Judge.Failure(
          words: "a replay from the snapshot at offset \(record.offset) of partition \(history.partition) gives other bytes")
      }
    }
  }

  private func replay(_ start: StateFold) throws -> [UInt8] {
    var fold = start
    var observer = NoObserver()
    for record in records where record.offset >= fold.cursor.next {
      let isStopped = (record.value ?? []).withUnsafeBytes { bytes in
        if case .stopped = fold.take(
          LogRecord(offset: record.offset, appended: record.appended, key: nil, value: bytes), observer: &observer)
        {
          return true
        }
        return false
      }
      if isStopped { throw Judge.Failure(words: "a replay stands still at offset \(record.offset) of partition \(history.partition)") }
    }
    return SnapshotCodec.encode(fold.state)
  }

  private func chain(of record: SimulatedRecord) -> Digest128? {
    (record.value ?? []).withUnsafeBytes { try? ChainFields(of: $0).chain }
  }
}
