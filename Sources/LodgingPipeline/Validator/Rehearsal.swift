public import LodgingDomain
import LodgingWire

/// Decides events against a partition's state without appending anything; each event sees those rehearsed before it.
///
/// It belongs to one thread.
public final class Rehearsal {
  private let owner: PartitionOwner
  private let reader: RecordReader
  private var gatherer: FactGatherer
  private var offset: Int64

  /// Folds the partition's ledger as it stands.
  ///
  /// Throws ``LogError/unavailable(_:)`` where the partition stands still; the alarm says why.
  public init(context: ValidatorContext, partition: Int) throws(LogError) {
    owner = PartitionOwner(partition: partition, context: context)
    owner.restore()
    guard owner.phase == .deciding else { throw .unavailable("partition \(partition) cannot be decided now") }
    reader = RecordReader(partitions: try context.log.partitions(of: .events))
    gatherer = FactGatherer(context)
    offset = owner.nextOffset
  }

  /// What would become of a record that is appended at `time`.
  ///
  /// Throws where the directory or the id index does not answer.
  public func decide(_ record: NewRecord, at time: Instant) throws -> Decision {
    var stage = EventStage()
    stage.append(record, partition: owner.partition, offset: offset, appended: time)
    var prepared: [PreparedEvent] = []
    var times = StageTimes()
    try stage.bytes.withUnsafeBytes { bytes in
      try gatherer.prepare(stage.items, bytes: bytes, reader: reader, into: &prepared, times: &times)
    }
    var entries = EntryBatch()
    let decided = stage.bytes.withUnsafeBytes { owner.decide(stage.items[0], prepared[0], bytes: $0, entries: &entries) }
    guard decided, let value = entries.records.last?.value else { throw LogError.unavailable("the id index does not answer") }
    offset += 1
    switch value.withUnsafeBytes({ try? LedgerReader.entry($0) })?.body {
    case .decided(let decision, _): return decision
    case .undecodable(let record): return Decision(outcome: .undecodable, codes: CodeSet(record.code))
    default: throw LogError.unavailable("the record was not decided")
    }
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension Rehearsal: Sendable {}
