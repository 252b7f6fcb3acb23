import LodgingDomain
import LodgingWire

/// The entries that one step adds to one partition of the ledger.
struct EntryBatch {
  /// A decision by its chain value and the offset that it decides.
  struct Position: Equatable {
    var chain: Digest128
    var source: Int64
  }

  private(set) var records: [NewRecord] = []
  private(set) var positions: [Position] = []
  /// What was decided in these entries.
  var counts = DecisionCounts()

  /// A batch without entries, with room for so many.
  init(capacity: Int = 0) {
    records.reserveCapacity(capacity)
    positions.reserveCapacity(capacity)
  }

  /// Encodes an entry and returns its position; `event` is what is kept of the decided record's value, `record` its digest where that is
  /// not all.
  mutating func append(
    _ header: EntryHeader, _ body: LedgerBody, event: UnsafeRawBufferPointer, record: Digest128? = nil, recordKey: UnsafeRawBufferPointer?,
    chainKey: SipKey
  ) -> Position {
    var value: [UInt8] = []
    value.reserveCapacity(event.count + 256)
    let chain = LedgerWriter.append(header, body, event: event, record: record, key: chainKey, to: &value)
    records.append(NewRecord(key: recordKey.map { Array($0) } ?? [], value: value))
    positions.append(Position(chain: chain, source: header.source))
    return positions[positions.count - 1]
  }
}
