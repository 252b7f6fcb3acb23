import Foundation
import LodgingPipeline
import LodgingService

/// Pours a prepared part onto the embedded log at the times that its events have.
struct DatedPouring {
  let log: any EventLog
  let clock: SimulatedClock

  /// Records of one transaction, which all have the time of the last of them.
  private static let recordsInTransaction = 4096

  /// Appends a part, and returns how many records it has; all of them are on the log then.
  func pour(_ part: EventFile.Part, of folder: String) throws -> Int {
    var pouring = try Pouring(into: log)
    var count = 0
    let bytes = try Data(contentsOf: URL(fileURLWithPath: part.path(in: folder)), options: .alwaysMapped)
    try bytes.withUnsafeBytes { bytes in
      try EventFile.forEach(in: bytes) { place in
        clock.move(to: place.appended)
        try pouring.append(EventFile.record(at: place, in: bytes), to: place.partition)
        count += 1
        if count.isMultiple(of: Self.recordsInTransaction) { try pouring.settle() }
      }
    }
    try pouring.settle()
    guard pouring.poured == count else { throw LoadError.miscount(what: "events poured", expected: count, counted: pouring.poured) }
    return count
  }
}
