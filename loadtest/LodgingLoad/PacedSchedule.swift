import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline

/// When each event of the evening is to be sent, whatever became of those before it: an open loop.
struct PacedSchedule {
  /// The events' bytes, which ``places`` point into.
  let bytes: Data
  /// The events in their order.
  let places: [EventFile.Place]
  /// When each is due, in nanoseconds from the beginning; never falls.
  let due: [Int64]

  /// How the events are spread over time.
  enum Pace {
    /// Evenly, so many a second.
    case steady(perSecond: Int)
    /// As they came in the evening, all of it within so many seconds.
    case evening(seconds: Double)
  }

  /// Takes the first `limit` events, or all; throws where nothing was prepared.
  init(of folder: String, _ pace: Pace, events limit: Int?) throws {
    bytes = try Data(contentsOf: URL(fileURLWithPath: EventFile.Part.evening.path(in: folder)), options: .alwaysMapped)
    var places: [EventFile.Place] = []
    try bytes.withUnsafeBytes { try EventFile.forEach(in: $0) { places.append($0) } }
    if let limit { places.removeLast(max(0, places.count - limit)) }
    guard let first = places.first?.appended, let last = places.last?.appended else { throw LoadError.failed("there are no events") }
    switch pace {
    case .steady(let rate): due = places.indices.map { Int64(Double($0) * 1e9 / Double(rate)) }
    case .evening(let seconds):
      let scale = seconds * 1e9 / Double(max(1, last - first))
      due = places.map { Int64(Double($0.appended - first) * scale) }
    }
    self.places = places
  }

  var count: Int { places.count }

  /// The events of each partition, in their order.
  func order(among partitions: Int) -> [[Int]] {
    var order = [[Int]](repeating: [], count: partitions)
    for (index, place) in places.enumerated() { order[place.partition].append(index) }
    return order
  }
}
