import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

/// Rewrites ledgers after the fact, chain values and all, so that nothing but the judge can know.
struct Forger {
  /// An entry that counts, in parts that can be changed.
  struct Entry {
    var header: EntryHeader
    var body: LedgerBody
    var event: [UInt8]
    var key: [UInt8]?
  }

  let world: World

  /// Offers the counted entries of each partition to `change`, and writes those of the first for which it returns true anew.
  func rewrite(_ change: (inout [Entry]) throws -> Bool) throws -> Bool {
    for partition in 0..<world.plan.partitions {
      let place = TopicPartition(.ledger, partition)
      var entries = read(place)
      guard try change(&entries) else { continue }
      try write(entries, to: place)
      return true
    }
    return false
  }

  /// Offers one entry after the other to `change`, until it returns true.
  func rewriteOne(_ change: (inout Entry) throws -> Bool) throws -> Bool {
    try rewrite { entries in
      for index in entries.indices where try change(&entries[index]) { return true }
      return false
    }
  }

  private func read(_ place: TopicPartition) -> [Entry] {
    let records = world.log.contents(of: place)
    let counted = Set(LedgerLine.read(records).map(\.offset))
    return records.compactMap { record in
      guard counted.contains(record.offset) else { return nil }
      return record.value?.withUnsafeBytes { bytes in
        guard let entry = try? LedgerReader.entry(bytes) else { return nil }
        return Entry(header: entry.header, body: entry.body, event: Array(bytes[entry.event]), key: record.key)
      }
    }
  }

  private func write(_ entries: [Entry], to place: TopicPartition) throws {
    var previous = Digest128.zero
    let records = try entries.map { entry in
      let key = try #require(world.ring.chainKey(max(1, entry.header.keyID)))
      var header = entry.header
      header.previous = previous
      var value: [UInt8] = []
      previous = entry.event.withUnsafeBytes {
        LedgerWriter.append(header, entry.body, event: $0, key: key, to: &value)
      }
      return NewRecord(key: entry.key, value: value)
    }
    world.log.loseTail(of: place, count: .max)
    try world.log.makeAppender().submit(records, to: place, tag: 1)
    world.log.land()
  }

  /// The entry with another `previous`, and the chain value that goes with it.
  static func chained(_ entry: [UInt8], on previous: [UInt8], key: SipKey) -> [UInt8] {
    var forged = entry
    forged.replaceSubrange(2..<18, with: previous)
    var chain: [UInt8] = []
    let value = (previous + entry[ChainFields.byteCount...]).withUnsafeBytes { KeyedHash.digest(key: key, bytes: $0) }
    withUnsafeBytes(of: (value.first.littleEndian, value.second.littleEndian)) { chain = Array($0) }
    forged.replaceSubrange(20..<36, with: chain)
    return forged
  }
}
