public import LodgingDomain

/// Where the pipeline takes the time from.
///
/// Production reads the system's clock; tests and the demo move it by hand.
public protocol PipelineClock: Sendable {
  /// The time now.
  var now: Instant { get }
}
