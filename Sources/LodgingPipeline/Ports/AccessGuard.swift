public import LodgingDomain

/// Says what an access key that came with a request allows.
public protocol AccessGuard: Sendable {
  /// Examines what was sent as a key; answered from memory, at once.
  ///
  /// - Parameter text: What was sent, whatever it is.
  /// - Returns: What it is worth; how long that takes says nothing of the secret part.
  func examine(_ text: String) -> AccessAnswer
}

/// What a key that came with a request is worth.
public enum AccessAnswer: Sendable, Hashable {
  /// It may be used for what these cover.
  case valid([AccessScope])
  /// It may not be used.
  case refused(AccessFault)
  /// The keys have not been read yet, so nobody can say.
  case notKnown
}

/// What is wrong with a key, for operators; whoever sent it hears of all of them alike.
public enum AccessFault: String, Sendable, Hashable, CaseIterable {
  /// It has not the form of a key.
  case malformed
  /// There is no such key.
  case unknown
  /// Its time is over.
  case expired
  /// Another one was granted in its place.
  case replaced
  /// It was taken back.
  case revoked
}
