package import LodgingDomain

/// A record of a log in memory of its own.
package struct KeptRecord: Sendable, Hashable {
  /// The record's offset.
  package var offset: Int64
  /// When it was appended.
  package var appended: Instant
  /// The key, or nil where the record has none.
  package var key: [UInt8]?
  /// The value, or nil where the record is a tombstone.
  package var value: [UInt8]?

  /// Copies a record that is being read, without its headers.
  package init(_ record: borrowing LogRecord) {
    offset = record.offset
    appended = record.appended
    key = record.key.map { Array($0) }
    value = record.value.map { Array($0) }
  }

  /// The same key and value, to be appended elsewhere.
  package var new: NewRecord { NewRecord(key: key, value: value) }
}

extension EventLog {
  /// Copies the records from an offset on; those at `end` and beyond are left out.
  ///
  /// - Parameters:
  ///   - place: The partition.
  ///   - offset: The first offset.
  ///   - end: The offset before which to stop.
  ///   - limit: How much is copied at most.
  /// - Returns: The records, and the offset to go on from, at most `end`; where that is `offset`, the log holds nothing more now.
  /// - Throws: ``LogError``, as a read does.
  package func copies(
    of place: TopicPartition, from offset: Int64, before end: Int64, limit: ReadLimit = ReadLimit(records: 4096)
  ) throws(LogError) -> (records: [KeptRecord], next: Int64) {
    guard offset < end else { return ([], offset) }
    var records: [KeptRecord] = []
    let next = try read(place, from: offset, limit: limit) { record in
      if record.offset < end { records.append(KeptRecord(record)) }
    }
    return (records, min(next, end))
  }
}
