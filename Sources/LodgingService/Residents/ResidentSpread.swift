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
    try log.append([ResidentLoadsRecord.record(due: loads.due)], to: ResidentTopic.place)
    try follow(log)
  }
}
