import GRDB
import LodgingDomain
package import LodgingPipeline

extension EmbeddedLog {
  /// Takes records over from another log, with their offsets and append times, in one transaction.
  ///
  /// For a log that is being made as a copy of another one; nobody else may append to it.
  ///
  /// - Parameters:
  ///   - records: The records, in the order of their offsets, behind those that the partition has.
  ///   - place: The partition.
  /// - Throws: ``LogError``, ``LogError/fatal(_:)`` for an offset that the partition has or has passed; nothing of `records` is there then.
  package func takeOver(_ records: [KeptRecord], at place: TopicPartition) throws(LogError) {
    guard !records.isEmpty else { return }
    let table = try table(of: place)
    try file.withWriter { db in
      try db.inTransaction(.immediate) {
        var next = try table.bounds(db, place.partition).end
        let statement = try table.insert(db)
        defer { statement.reset() }
        statement.bind(Int64(place.partition), at: 1)
        for record in records {
          guard record.offset >= next else { throw LogError.fatal("\(place): offset \(record.offset) comes behind \(next - 1)") }
          statement.bind(record.offset, at: 2)
          statement.bind(record.appended.milliseconds, at: 3)
          try withBytes(of: record.key) { key in
            statement.bind(key, at: 4)
            try withBytes(of: record.value) { value in
              statement.bind(value, at: 5)
              _ = try statement.step()
            }
          }
          statement.rewind()
          next = record.offset + 1
        }
        return .commit
      }
      file.limitWriteAheadLog(db)
    }
  }

  /// Lets go of all records of a partition, which from then on begins at an offset, as one does whose records have all left by retention.
  ///
  /// - Parameters:
  ///   - place: The partition.
  ///   - offset: The offset that its next record has at the least.
  /// - Throws: ``LogError``; nothing is changed then.
  package func empty(_ place: TopicPartition, to offset: Int64) throws(LogError) {
    let table = try table(of: place)
    try file.withWriter { db in
      try db.inTransaction(.immediate) {
        try table.empty(db, place.partition, to: offset)
        return .commit
      }
    }
    try lookAgain()
  }
}
