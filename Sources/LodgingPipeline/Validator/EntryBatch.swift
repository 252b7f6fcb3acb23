import LodgingDomain
import LodgingWire

/// The entries that one step adds to one partition of the ledger.
struct EntryBatch {
  private(set) var records: [NewRecord] = []
  private(set) var positions: [(chain: Digest128, source: Int64)] = []

  /// Encodes an entry behind the one with the chain value `previous` and returns its own.
  mutating func append(
    _ body: LedgerEntryBody, previous: Digest128, source: Int64, now: Instant, rules: RulesVersion, chainKey: SipKey,
    key: UnsafeRawBufferPointer?
  ) -> Digest128 {
    var value: [UInt8] = []
    let chain = LedgerEntryWriter.encode(body, previous: previous, source: source, now: now, rules: rules, key: chainKey, into: &value)
    records.append(NewRecord(key: key.map { Array($0) } ?? [], value: value))
    positions.append((chain, source))
    return chain
  }
}
