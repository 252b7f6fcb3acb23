import Foundation
import LodgingDomain
import LodgingPipeline

/// Sends events when they are due, late ones at once, and waits for no answer before it sends the next.
struct PacedSender {
  /// When each event was handed to the log and when that acknowledged it, in nanoseconds from the beginning; -1 where it did not.
  private(set) var sent: [Int64]
  private(set) var acknowledged: [Int64]
  private let schedule: PacedSchedule
  private let appender: any LogAppender
  private let marks: SentMarks
  private var next = 0
  private var tag: UInt64 = 0
  private var flights: [UInt64: [Int]] = [:]

  /// How long it may sleep although something is in flight.
  private static let napMax = 500_000

  init(_ schedule: PacedSchedule, into log: any EventLog, marks: SentMarks) throws {
    self.schedule = schedule
    self.marks = marks
    appender = try log.makeAppender()
    sent = Array(repeating: -1, count: schedule.count)
    acknowledged = sent
  }

  /// Sends everything; returns when the last event is acknowledged.
  mutating func run(from start: ContinuousClock.Instant) throws {
    try schedule.bytes.withUnsafeBytes { bytes in
      while next < schedule.count || !flights.isEmpty {
        try sendDue(from: start, bytes)
        let arrived = try appender.acknowledgements(timeout: .zero)
        let now = start.nanosecondsSince
        for acknowledgement in arrived { try take(acknowledgement, at: now) }
        let left = next < schedule.count ? schedule.due[next] - start.nanosecondsSince : Int64(Self.napMax)
        if left > 0 { Thread.sleep(forTimeInterval: Double(min(left, Int64(Self.napMax))) / 1e9) }
      }
    }
  }

  private mutating func sendDue(from start: ContinuousClock.Instant, _ bytes: UnsafeRawBufferPointer) throws {
    let now = start.nanosecondsSince
    var batches: [Int: [Int]] = [:]
    while next < schedule.count, schedule.due[next] <= now {
      let partition = schedule.places[next].partition
      guard batches[partition] != nil || flights.count + batches.count < LogLimits.submissionsInFlightMax else { break }
      batches[partition, default: []].append(next)
      next += 1
    }
    for (partition, indices) in batches {
      marks.add(indices.count, to: partition)
      let records = indices.map { EventFile.record(at: schedule.places[$0], in: bytes) }
      tag += 1
      for index in indices { sent[index] = now }
      try appender.submit(records, to: TopicPartition(.events, partition), tag: tag)
      flights[tag] = indices
    }
  }

  private mutating func take(_ acknowledgement: Acknowledgement, at now: Int64) throws {
    let offsets = try acknowledgement.result.get()
    guard let indices = flights.removeValue(forKey: acknowledgement.tag), indices.count == offsets.count else {
      throw LoadError.failed("an append was acknowledged that is not in flight, or not as it was made")
    }
    for index in indices { acknowledged[index] = now }
  }
}
