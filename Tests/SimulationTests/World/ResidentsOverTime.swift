import LodgingDomain
import LodgingPipeline

/// What the residents' directory of a world says at each version, and where the logs stood when a version began.
struct ResidentsOverTime {
  /// The version that a world begins with.
  static let first: UInt64 = 1

  private var changes: [(version: UInt64, ends: [TopicPartition: Int64])] = []
  /// How far each events partition reached before it lost its tail: what was decided there may have been decided long ago.
  private var reached: [TopicPartition: Int64] = [:]

  /// What the directory finds under a row key.
  static func findings(key: UInt64, version: UInt64) -> CodeSet {
    switch (key ^ version) % 7 {
    case 0: CodeSet(.directoryUnknownNumber)
    case 1: CodeSet(.directoryNameAccents)
    case 2: CodeSet(.directoryDeceased)
    default: []
    }
  }

  /// A version begins while the next records of the logs have these offsets.
  mutating func change(to version: UInt64, ends: [TopicPartition: Int64]) {
    changes.append((version, ends.merging(reached, uniquingKeysWith: max)))
  }

  /// The records of a range of offsets are lost, so that others may come there later.
  mutating func lose(_ place: TopicPartition, from first: Int64, to end: Int64) {
    guard place.topic == .ledger else {
      reached[place] = max(reached[place] ?? 0, end)
      return
    }
    for index in changes.indices { changes[index].ends[place] = min(changes[index].ends[place] ?? first, first) }
  }

  /// The versions that the decision of an event may have been made with: none that was over before the event was appended, and none that
  /// began after the decision was appended.
  func versions(event: TopicPartition, at eventOffset: Int64, decision: TopicPartition, at ledgerOffset: Int64) -> ClosedRange<UInt64> {
    let earliest = changes.last { eventOffset >= $0.ends[event] ?? .max }?.version ?? Self.first
    let next = changes.first { ledgerOffset < $0.ends[decision] ?? 0 }?.version
    return earliest...max(earliest, next.map { $0 - 1 } ?? changes.last?.version ?? Self.first)
  }
}
