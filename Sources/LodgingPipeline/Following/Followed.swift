/// What came of reading a topic that every node folds in memory.
package struct Followed: Hashable, Sendable {
  /// Records that were taken over.
  package var applied = 0
  /// Records that are none of the topic and were passed over.
  package var unreadable = 0
  /// Whether the topic lost records that were read, and perhaps grew again; it was read again from its start.
  package var isTailLost = false
  /// Of all that is known, what no key opens here although its key was not destroyed.
  package var unopened = 0

  /// Makes it from its parts.
  package init(applied: Int = 0, unreadable: Int = 0, isTailLost: Bool = false, unopened: Int = 0) {
    self.applied = applied
    self.unreadable = unreadable
    self.isTailLost = isTailLost
    self.unopened = unopened
  }
}
