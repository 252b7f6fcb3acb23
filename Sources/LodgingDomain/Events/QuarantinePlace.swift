/// The place of a record that is no event, by which an event says that it is that record, sent again.
public struct QuarantinePlace: Hashable, Sendable {
  /// The partition.
  public var partition: UInt32
  /// The incarnation of the events topic.
  public var incarnation: UInt32
  /// The record's offset on the events topic; never negative.
  public var source: Int64

  /// Names a place.
  public init(partition: UInt32, incarnation: UInt32, source: Int64) {
    self.partition = partition
    self.incarnation = incarnation
    self.source = source
  }
}
