import LodgingDomain

/// What a sender meant by a record: known to the simulation by the record's bytes, so that the judge decodes nothing to know it.
struct Sent {
  var event: StayEvent
  var identity: GuestIdentity?
  var seal: Seal
  /// Equal for two records of the same id only where they say the same.
  var content: Int
  /// The rejections that the opened identity brings by itself.
  var problems: CodeSet = []
  var isMinor = false
  /// Whether validators die when they look the guest up.
  var isDeadly = false

  /// How the identity travels.
  enum Seal: Hashable {
    case none
    case plain
    case sealed(KeyMonth)
    /// Sealed to the month, and damaged on the way.
    case broken(KeyMonth)
  }
}

/// A record on its way to a partition of the events topic.
struct Outgoing {
  var partition: Int
  var key: [UInt8]?
  var value: [UInt8]?
}
