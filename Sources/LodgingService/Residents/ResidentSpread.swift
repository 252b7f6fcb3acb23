package import LodgingPipeline
package import LodgingStore

extension ResidentReplica {
  /// Tells the other nodes of a cluster that their files are to hold a load which this node's hold now, beside those that the topic named
  /// before or in their place.
  ///
  /// Throws `DirectoryError`, `LogError` and ``ServiceError/appendFailed(_:)``; loading the same file again tells it again.
  package func tellLoad(_ number: UInt64, replacing: Bool, on log: any EventLog) throws {
    try refresh()
    try follow(log)
    var loads = loads
    loads.add(number, replacing: replacing)
    try log.append(toResidents: [ResidentLoadsRecord.record(due: loads.due)])
    try follow(log)
  }
}

extension EventLog {
  /// Appends records to the topic `residents` in one transaction; throws ``ServiceError/appendFailed(_:)``.
  func append(toResidents records: [NewRecord]) throws {
    let appender = try makeAppender()
    try appender.submit(records, to: ResidentTopic.place, tag: 0)
    for acknowledgement in try appender.settle(1) {
      if case .failure(let error) = acknowledgement.result { throw ServiceError.appendFailed("\(error)") }
    }
  }
}
