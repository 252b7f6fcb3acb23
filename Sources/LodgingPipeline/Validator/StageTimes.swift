/// Where a validator's time went, by stage of the hot path.
public struct StageTimes: Sendable, Equatable {
  /// Reading and copying records of the events log.
  public var read: Duration = .zero
  /// Bytes to events.
  public var decode: Duration = .zero
  /// Opening identities, digests and fingerprints.
  public var open: Duration = .zero
  /// Asking the resident directory.
  public var lookUp: Duration = .zero
  /// Deciding, folding and encoding entries.
  public var decide: Duration = .zero
  /// Appending until it is durable.
  public var append: Duration = .zero

  /// No time.
  public init() {}
}

extension ContinuousClock.Instant {
  /// The time since this instant, which becomes now.
  mutating func lap() -> Duration {
    let now = ContinuousClock.now
    defer { self = now }
    return now - self
  }
}
