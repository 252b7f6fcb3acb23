import Foundation
import LodgingDomain

/// Which events are decided, and since when that can be read.
struct PacedWatch {
  /// When the decision of each event was read, in nanoseconds from the beginning; -1 where it was not.
  private(set) var readable: [Int64]
  /// Events whose decision was read.
  private(set) var found = 0
  /// Decisions of nothing that was sent.
  private(set) var strangers = 0
  private let order: [[Int]]
  private let bases: [Int64]

  /// `bases` is where each partition of the events log ends before the first event is sent.
  init(_ schedule: PacedSchedule, from bases: [Int64]) {
    order = schedule.order(among: bases.count)
    self.bases = bases
    readable = Array(repeating: -1, count: schedule.count)
  }

  /// Partitions with events whose decision was not read.
  var partitionsLeft: [Int] { order.indices.filter { order[$0].contains { readable[$0] < 0 } } }

  /// A decision was read: offsets of a partition follow each other, and one sender sends everything.
  mutating func note(_ partition: Int, _ source: Int64, at time: Int64) {
    let place = Int(source - bases[partition])
    guard order[partition].indices.contains(place), readable[order[partition][place]] < 0 else {
      strangers += 1
      return
    }
    readable[order[partition][place]] = time
    found += 1
  }
}

/// The file of samples.
enum PacedSamples {
  /// Writes columns of the same length row by row.
  static func write(_ columns: [[Int64]], to path: String) throws {
    var bytes = Data(capacity: columns.count * (columns.first?.count ?? 0) * 8)
    for row in columns.first?.indices ?? 0..<0 {
      for column in columns { withUnsafeBytes(of: column[row].littleEndian) { bytes.append(contentsOf: $0) } }
    }
    try bytes.write(to: URL(fileURLWithPath: path))
  }
}
