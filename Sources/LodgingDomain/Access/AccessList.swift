/// A record of the topic `access`.
package enum AccessChange: Hashable, Sendable {
  /// The key stands so from now on.
  case put(AccessKey)
  /// There is no such key any more.
  case forget(AccessKeyID)
}

/// How an access key stands at a moment.
package enum AccessStanding: String, Hashable, Sendable, CaseIterable {
  /// It may be used.
  case valid
  /// Its time is over.
  case expired
  /// Another one was granted in its place, and the time for changing over has passed.
  case replaced
  /// It was taken back.
  case revoked
}

/// All access keys, as a fold of the topic `access`.
///
/// What stands in the end does not depend on how often a record landed: the last record of a key holds, but one that is known to be revoked
/// never becomes valid again, also where it was forgotten meanwhile, and what a successor says about its predecessor's end only ever shortens
/// it. Who begins to read after compaction, and finds a grant that landed again behind its revocation, knows of none.
package struct AccessList: Sendable {
  private var keys: [AccessKeyID: AccessKey] = [:]
  /// When keys were revoked.
  private var revocations: [AccessKeyID: Instant] = [:]
  /// When keys end because others were granted in their place.
  private var ends: [AccessKeyID: Instant] = [:]

  /// Makes a list of no keys.
  package init() {}

  /// Takes over one record.
  package mutating func apply(_ change: AccessChange) {
    switch change {
    case .put(var key):
      key.revoked = revocations[key.id] ?? key.revoked
      revocations[key.id] = key.revoked
      keys[key.id] = key
      if let former = key.replaces { ends[former.id] = ends[former.id].map { min($0, former.ends) } ?? former.ends }
    case .forget(let id):
      keys[id] = nil
    }
  }

  /// The key of an id.
  package subscript(id: AccessKeyID) -> AccessKey? { keys[id] }

  /// All keys, in the order in which they were granted.
  package var all: [AccessKey] { keys.values.sorted { ($0.granted, $0.id) < ($1.granted, $1.id) } }

  /// From when on a key is refused by itself: when it expires or when its successor takes over, whichever is earlier.
  package func end(of key: AccessKey) -> Instant? { [key.expires, ends[key.id]].compactMap { $0 }.min() }

  /// Whether another key was granted in the place of this one.
  package func isReplaced(_ id: AccessKeyID) -> Bool { ends[id] != nil }

  /// How a key stands at a moment; at the millisecond of its end it is over.
  package func standing(of key: AccessKey, at now: Instant) -> AccessStanding {
    if key.revoked != nil { return .revoked }
    if let end = ends[key.id], end <= now { return .replaced }
    if let expires = key.expires, expires <= now { return .expired }
    return .valid
  }
}
