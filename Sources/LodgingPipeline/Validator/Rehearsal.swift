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

  /// What would become of a record.
  public struct Rehearsed: Sendable {
    /// The verdict.
    public var decision: Decision
    /// What an event was decided on; nil for a record that is none.
    public var facts: Facts?
    /// The stay that the event is about, as it would stand afterwards; nil where that is not open.
    public var stay: Stay?
  }

  /// Folds the partition's ledger as it stands.
  ///
  /// Throws ``LogError/unavailable(_:)`` where the partition stands still; the alarm says why.
  public init(context: ValidatorContext, partition: Int) throws(LogError) {
    owner = PartitionOwner(partition: partition, context: context)
    var left = Int.max
    owner.restore(atMost: &left)
    guard owner.phase == .deciding else { throw .unavailable("partition \(partition) cannot be decided now") }
    reader = RecordReader(partitions: owner.partitions)
    gatherer = FactGatherer(context)
    offset = owner.nextOffset
  }

  /// What would become of a record that is appended at `time`.
  ///
  /// Throws where the directory or the id index does not answer.
  public func decide(_ record: NewRecord, at time: Instant) throws -> Rehearsed {
    var stage = EventStage()
    stage.append(record, partition: owner.partition, offset: offset, appended: time)
    var prepared = PreparedEvents()
    var times = StageTimes()
    try stage.bytes.withUnsafeBytes { bytes in
      try gatherer.prepare(stage.items, bytes: bytes, reader: reader, into: &prepared, times: &times)
    }
    var entries = EntryBatch()
    let decided = stage.bytes.withUnsafeBytes { owner.decide(0..<1, of: stage.items, prepared, bytes: $0, entries: &entries) }
    guard decided, entries.records.count > 0 else { throw LogError.unavailable("the id index does not answer") }
    offset += 1
    var body: LedgerBody?
    entries.records.lend(from: entries.records.count - 1) { _, _, value in
      body = value.flatMap { try? LedgerReader.entry($0) }?.body
    }
    switch body {
    case .decided(let decision, let facts): return Rehearsed(decision: decision, facts: facts, stay: stay(of: prepared[0]))
    case .undecodable(let record): return Rehearsed(decision: Decision(outcome: .undecodable, codes: CodeSet(record.code)))
    default: throw LogError.unavailable("the record was not decided")
    }
  }

  private func stay(of prepared: PreparedEvent) -> Stay? {
    guard case .event(let read) = prepared.content, let stay = read.event.stay else { return nil }
    return owner.state.stay(stay, at: read.event.establishment)
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension Rehearsal: Sendable {}
