package import LodgingDomain

/// The key of a record of the topics `occupancy` and `alerts`; the last record of a key holds.
package enum PublishedKey: Hashable, Sendable {
  /// A unit over its establishments of one partition of the ledger, written `UNIT/PARTITION`.
  case occupancy(UnitCode, partition: Int)
  /// An alert by its id, written as 32 hexadecimal digits.
  case alert(Digest128)

  /// The topic of its records.
  package var topic: Topic {
    switch self {
    case .occupancy: .occupancy
    case .alert: .alerts
    }
  }

  /// The key's text, which is also the subject of its records.
  package var text: String {
    switch self {
    case .occupancy(let unit, let partition): "\(unit)/\(partition)"
    case .alert(let id): id.description
    }
  }

  /// Reads the key of a record; nil for what nobody here writes.
  package init?(_ bytes: UnsafeRawBufferPointer, of topic: Topic) {
    let text = String(decoding: bytes, as: UTF8.self)
    switch topic {
    case .occupancy:
      guard let slash = text.lastIndex(of: "/"), let unit = try? UnitCode(text[..<slash]),
        let partition = Int(text[text.index(after: slash)...]), partition >= 0
      else { return nil }
      self = .occupancy(unit, partition: partition)
    default:
      guard let id = Digest128(text) else { return nil }
      self = .alert(id)
    }
    // One key has one form.
    guard self.text.utf8.elementsEqual(bytes) else { return nil }
  }

  /// The partition of its topic among so many, as every producer computes it.
  package func partition(among partitions: Int) -> Int {
    Array(text.utf8).withUnsafeBytes { Partitioner.partition(of: $0, among: partitions) }
  }
}
