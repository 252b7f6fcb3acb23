/// Where a thread has work done that must not hold it up.
///
/// Pieces of work are done one after the other, in the order in which they were begun.
public protocol BackgroundWork: Sendable {
  /// Begins a piece of work and returns at once.
  func begin(_ work: @escaping @Sendable () -> Void)

  /// Waits until all that was begun is done.
  func finish()
}

/// Does each piece of work where it is begun, so that a simulation or a test knows when it is done.
public struct ImmediateWork: BackgroundWork {
  /// Makes it.
  public init() {}

  /// Does the work.
  public func begin(_ work: @escaping @Sendable () -> Void) { work() }

  /// Nothing is left to wait for.
  public func finish() {}
}
