package import LodgingDomain
package import LodgingPipeline
import LodgingStore

extension Register {
  /// The last entry of a partition's ledger that counts, with what the next one must be like.
  ///
  /// Throws `LedgerStop` where the ledger cannot be read to its end.
  package func ledgerEnd(of partition: Int) throws -> LedgerEnd {
    let folded = try store.read { try $0.chainPositions() }[partition]
    return try LedgerEnd(of: log, partition: partition, after: folded, version: version)
  }

  /// The number of the source that is decided last in a partition, which says on which incarnation of the events log its offsets are.
  package func sources(of partition: Int) throws -> SourceNumber {
    sources(of: partition, after: try store.read { try $0.chainPositions() }[partition])
  }

  /// The same for whoever knows where the register stands; a ledger that stops its readers is asked of the register alone.
  func sources(of partition: Int, after folded: ChainPosition?) -> SourceNumber {
    // Where nothing follows what is folded, nothing needs to be read.
    if let folded, let held = try? log.bounds(of: TopicPartition(.ledger, partition)), held.end == folded.offset + 1 {
      return SourceNumber(folded.source)
    }
    let end = try? LedgerEnd(of: log, partition: partition, after: folded, version: version)
    return end?.source ?? SourceNumber(folded?.source ?? -1)
  }
}
