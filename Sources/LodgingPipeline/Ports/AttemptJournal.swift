/// Remembers across crashes which event was being decided, so that one event cannot take validators down for ever.
///
/// The journal is touched only when a partition was claimed repeatedly without getting on, and then once an event.
public protocol AttemptJournal: Sendable {
  /// Notes that a partition is claimed whose next undecided event is `source`, and returns how often in a row it was claimed at that very
  /// event.
  func claim(partition: Int, next source: Int64) throws -> Int

  /// Notes durably that this event is about to be decided alone, and returns how often that was begun and not ended before.
  func begin(partition: Int, source: Int64) throws -> Int

  /// Notes that the partition got on beyond what was begun, or was given back in order.
  func clear(partition: Int) throws
}
