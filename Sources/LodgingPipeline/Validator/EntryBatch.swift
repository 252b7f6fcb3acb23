import LodgingDomain
import LodgingWire

/// The entries that one block of events adds to one partition of the ledger.
struct EntryBatch {
  /// A decision by its chain value and the offset that it decides.
  struct Position: Equatable {
    var chain: Digest128
    var source: Int64
  }

  private(set) var records = RecordBatch()
  private(set) var positions: [Position] = []
  /// What was decided in these entries.
  var counts = DecisionCounts()

  /// Takes all entries out and keeps the memory; makes room for so many others.
  mutating func begin(capacity: Int) {
    records.removeAll()
    records.reserve(capacity)
    // What was submitted keeps its positions, so these are others in any case.
    positions = []
    positions.reserveCapacity(capacity)
    counts = DecisionCounts()
  }

  /// Encodes an entry that decides no event and returns its position; `record` is the digest of the record at its source, where it holds
  /// that.
  mutating func append(
    _ header: EntryHeader, _ body: LedgerBody, record: Digest128? = nil, recordKey: UnsafeRawBufferPointer?, chainKey: SipKey
  ) -> Position {
    append(header, recordKey) { LedgerWriter.append(header, body, record: record, key: chainKey, to: &$0) }
  }

  /// The same of a decision; `event` is what is kept of the decided record's value, `record` its digest where that is not all.
  mutating func append(
    _ header: EntryHeader, _ decision: Decision, _ facts: Facts, event: UnsafeRawBufferPointer, record: Digest128? = nil,
    recordKey: UnsafeRawBufferPointer?, chainKey: SipKey
  ) -> Position {
    append(header, recordKey) {
      LedgerWriter.append(header, decision, facts, event: event, record: record, key: chainKey, to: &$0)
    }
  }

  @inline(__always)
  private mutating func append(
    _ header: EntryHeader, _ recordKey: UnsafeRawBufferPointer?, _ write: (inout [UInt8]) -> Digest128
  ) -> Position {
    // An entry has a key in any case; that of no establishment is empty.
    let chain = records.append(key: recordKey ?? UnsafeRawBufferPointer(start: nil, count: 0), value: write)
    let position = Position(chain: chain, source: header.source)
    positions.append(position)
    return position
  }
}
