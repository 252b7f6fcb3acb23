public import LodgingDomain
public import LodgingPipeline

/// A record as the simulated log holds it, for models that see the whole log at once.
public struct SimulatedRecord: Sendable, Hashable {
  /// The record's offset.
  public var offset: Int64
  /// When it was appended.
  public var appended: Instant
  /// The key.
  public var key: [UInt8]?
  /// The value.
  public var value: [UInt8]?
  /// What stands beside the value.
  public var headers: [RecordHeader]
  /// The number of the appender that it came from.
  public var appender: Int
  /// The number of the submission that it came in, also where a copy of it landed.
  public var submission: Int

  /// Calls `body` with the record in the form in which a log hands it over, with its headers where they are wanted.
  package func lend(
    headers isWithHeaders: Bool = false, to body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) {
    let headers = isWithHeaders ? headers : []
    try withBytes(of: key) { key throws(LogError) in
      try withBytes(of: value) { value throws(LogError) in
        try body(LogRecord(offset: offset, appended: appended, key: key, value: value, headers: headers))
      }
    }
  }
}

private func withBytes(of bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(LogError) -> Void) throws(LogError) {
  guard let bytes else { return try body(nil) }
  var failure: LogError?
  bytes.withUnsafeBytes { buffer in
    do throws(LogError) { try body(buffer) } catch { failure = error }
  }
  if let failure { throw failure }
}

/// Records that an appender handed over and that are neither landed nor dropped.
public struct SimulatedSubmission: Sendable, Hashable {
  /// Its number, from 0 in the order of going into flight.
  public var id: Int
  /// The number of the submission that this repeats, or nil.
  public var copyOf: Int?
  /// The number of the appender.
  public var appender: Int
  /// Where it goes.
  public var place: TopicPartition
  /// The appender's tag.
  public var tag: UInt64
  /// What it carries.
  public var records: [NewRecord]
  /// Whether nobody waits for it any more: its appender was purged or is gone, or it is the copy of one that landed.
  public var isAbandoned = false
}

/// What an appender is told of a submission that landed.
public enum SimulatedAnswer: Sendable, Equatable {
  /// What happened: the offsets, or ``LogError/unavailable(_:)`` where a record is missing.
  case truth
  /// A failure, whatever happened.
  case failure(LogError)
  /// Nothing, for ever.
  case silence
}

/// Which append time records get.
public enum AppendTimes: Sendable, Hashable {
  /// The clock's, never before the last record's.
  case clock
  /// So many milliseconds ahead of the clock, never before the last record's.
  case ahead(milliseconds: Int64)
  /// The last record's, as if the clock stood still.
  case standing
  /// So many milliseconds behind the clock, also where that is before the last record's: what the port forbids, and what a broker with a
  /// slow clock does.
  case behind(milliseconds: Int64)
}
