/// What a publisher has done and has to do.
package struct PublisherFigures: Sendable, Hashable {
  /// Records that were acknowledged since it began, by topic.
  package var published: [Topic: Int] = [.occupancy: 0, .alerts: 0]
  /// Of those, the ones that were written over somebody else's record.
  package var again: [Topic: Int] = [.occupancy: 0, .alerts: 0]
  /// Keys that are still to be compared with what is published, or written.
  package var pending = 0
  /// Of those, the ones that wait for a partition of the topics that does not answer.
  package var heldBack = 0
  /// Keys under which stands what another publisher knew of a ledger that is not folded so far here.
  package var waiting = 0
  /// For how long the oldest of the pending ones has waited, in milliseconds.
  package var lagMilliseconds: Int64 = 0
  /// Whether everything was once compared with what is published.
  package var hasCompared = false

  /// Nothing yet.
  package init() {}
}
