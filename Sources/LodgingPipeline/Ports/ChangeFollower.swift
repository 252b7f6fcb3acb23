/// Takes over what other processes change while this one runs, such as keys and residents.
///
/// A loop calls it between two steps, so that what a step works with stays the same from its beginning to its end.
public protocol ChangeFollower: Sendable {
  /// Looks whether something changed, at most as often as makes sense, and takes it over.
  ///
  /// Never throws: what cannot be taken over is told to an operator, and what was known before stays in force.
  func follow()
}
