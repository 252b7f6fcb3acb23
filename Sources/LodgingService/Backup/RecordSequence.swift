import LodgingPipeline

/// The records that a partition of a new topic is to hold, in their order and from the first offset on.
struct RecordSequence {
  /// Which offsets the records get.
  enum Numbering: Sendable {
    /// Those that they have.
    ///
    /// Where the log holds nothing at some offsets, the record before them is repeated there: of the ledger a repeated entry does not fit
    /// the chain and counts for nothing, and of topics where the last record of a key matters it changes nothing.
    case kept
    /// One after the other, whatever they have.
    case anew
  }

  private let log: any EventLog
  private let place: TopicPartition
  private let end: Int64
  private let numbering: Numbering
  private var position: Int64
  private var chunk: ArraySlice<KeptRecord> = []
  private var last: KeptRecord?
  /// The offset that the next record is to have.
  private(set) var next: Int64 = 0
  /// Records that are left out since no log takes them: others' producers may have left larger ones than any event is.
  private(set) var oversized = 0

  /// The records of a partition from an offset on, as far as it goes now.
  init(of log: any EventLog, _ place: TopicPartition, from offset: Int64 = 0, _ numbering: Numbering) throws(LogError) {
    let held = try log.bounds(of: place)
    (self.log, self.place, self.numbering, end) = (log, place, numbering, held.end)
    position = max(offset, held.start)
  }

  /// The next record; nil behind the last.
  mutating func take() throws(LogError) -> NewRecord? {
    if chunk.isEmpty {
      let (records, reached) = try log.copies(of: place, from: position, before: end)
      (chunk, position) = (records[...], reached)
    }
    guard let record = chunk.first else { return nil }
    if numbering == .anew, record.new.byteCount > LogLimits.appendBytesMax {
      oversized += 1
      chunk.removeFirst()
      return try take()
    }
    defer { next += 1 }
    if numbering == .kept, next < record.offset { return (last ?? record).new }
    chunk.removeFirst()
    last = record
    return record.new
  }

  /// The next records, so many and so large at most; none behind the last.
  mutating func take(records: Int, bytes: Int) throws(LogError) -> [NewRecord] {
    var taken: [NewRecord] = []
    var size = 0
    while taken.count < records, size < bytes, let record = try take() {
      taken.append(record)
      size += record.byteCount
    }
    return taken
  }
}
