import LodgingDomain
package import LodgingPipeline

/// The topic `residents`: single changes of the directory, in the order in which they were made, and which loads they are made for, all on
/// one partition.
package enum ResidentTopic {
  /// Where the changes are.
  package static let place = TopicPartition(.residents, 0)

  /// What the topic held beyond an offset.
  struct Reading {
    var changes: [(offset: Int64, change: ResidentChange)] = []
    /// The offset to read from next.
    var next: Int64
    /// Records that are no change.
    var unreadable = 0
    /// Whether the topic ends before the offset that was asked for.
    var isTailLost = false
    /// Which loads every node is to hold, as the last record about them says; nil where there was none.
    var loadsDue: [UInt64]?
  }

  static func read(_ log: any EventLog, from offset: Int64) throws(LogError) -> Reading {
    let held = try log.bounds(of: place)
    var reading = Reading(next: max(held.start, offset))
    if held.end < offset {
      reading.next = held.end
      reading.isTailLost = true
    }
    guard held.end > reading.next else { return reading }
    reading.next = try log.walk(place, from: reading.next) { record in
      if let change = ResidentChange(key: record.key, value: record.value) {
        reading.changes.append((record.offset, change))
      } else if let loads = ResidentLoadsRecord.loads(key: record.key, value: record.value) {
        reading.loadsDue = loads
      } else {
        reading.unreadable += 1
      }
      return true
    }
    return reading
  }
}

extension ResidentOverlay {
  /// What the topic holds beyond an offset, which is what the files hold.
  ///
  /// - Throws: ``LogError``.
  package init(of log: any EventLog, from offset: Int64) throws(LogError) {
    let reading = try ResidentTopic.read(log, from: offset)
    self.init(position: min(offset, reading.next))
    for (offset, change) in reading.changes { apply(change, at: offset) }
    move(to: reading.next)
    loadsDue = reading.loadsDue
  }

  /// An overlay of nothing that stands at the end of the topic.
  ///
  /// - Throws: ``LogError``.
  package init(atEndOf log: any EventLog) throws(LogError) {
    self.init(position: try log.end(of: ResidentTopic.place))
  }
}

extension ResidentReplica {
  /// What came of reading the topic.
  package struct Followed: Hashable, Sendable {
    /// Changes that were applied.
    package var applied = 0
    /// Records that are no change and were passed over.
    package var unreadable = 0
    /// Whether the topic lost changes that were applied; it is followed from its present end on.
    package var isTailLost = false
  }

  /// Applies what the topic holds beyond ``changesPosition``; where that is nothing, it costs one question to the log.
  ///
  /// - Returns: What was there.
  /// - Throws: ``LogError``; nothing was applied then.
  @discardableResult
  package func follow(_ log: any EventLog) throws(LogError) -> Followed {
    let position = changesPosition
    let reading = try ResidentTopic.read(log, from: position)
    guard reading.next != position else { return Followed() }
    // Files come before the record that names them: whoever shares a folder with the load must not miss what it has.
    if reading.loadsDue != nil { _ = try? refresh() }
    take(reading.changes, movingTo: reading.next, loadsDue: reading.loadsDue)
    return Followed(applied: reading.changes.count, unreadable: reading.unreadable, isTailLost: reading.isTailLost)
  }
}
