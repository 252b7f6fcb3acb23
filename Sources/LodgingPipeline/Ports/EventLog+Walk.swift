import LodgingDomain

extension EventLog {
  /// Calls `body` with each record from `offset` to the end as it stood at the call, until it returns false.
  ///
  /// Returns the offset to read next: behind the last record for which `body` returned true, and beyond any hole after it.
  package func walk(
    _ place: TopicPartition, from offset: Int64, _ body: (borrowing LogRecord) -> Bool
  ) throws(LogError) -> Int64 {
    let end = try end(of: place)
    var next = offset
    var isStopped = false
    while next < end, !isStopped {
      var reached = next
      do throws(LogError) {
        let from = next
        next = try read(place, from: next, limit: ReadLimit(records: 4096)) { (record: borrowing LogRecord) throws(LogError) in
          guard body(record) else {
            isStopped = true
            throw .stopped
          }
          reached = record.offset + 1
        }
        // Nothing stands between here and the end: a hole, or records that come later.
        guard next > from else { break }
      } catch {
        guard isStopped, error == .stopped else { throw error }
        next = reached
      }
    }
    return next
  }

  /// Calls `body` with the record at exactly this offset; nil where the log holds none there.
  package func fetch<Result>(
    _ place: TopicPartition, at offset: Int64, _ body: (borrowing LogRecord) -> Result
  ) throws(LogError) -> Result? {
    var result: Result?
    do throws(LogError) {
      _ = try read(place, from: offset, limit: ReadLimit(records: 1)) { (record: borrowing LogRecord) throws(LogError) in
        if record.offset == offset { result = body(record) }
      }
    } catch {
      guard case .offsetOutOfRange = error else { throw error }
    }
    return result
  }
}
