package import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// Grants, lists, replaces and revokes the access keys of the HTTP interface, which serving nodes know within a second.
///
/// A key and its end are one record each, so nothing is half done where a command dies: what was granted without anybody having seen the
/// key harms nobody and can be revoked.
package struct AccessDesk {
  private let register: Register
  private let hasher: AccessHasher

  /// For how long a key may go on beside the one in its place, in hours.
  package static let overlapHoursAllowed = 0...720

  /// Makes a desk.
  package init(_ register: Register) {
    self.register = register
    hasher = register.keys.accessHasher
  }

  /// All keys, in the order in which they were granted.
  ///
  /// Throws what the log throws.
  package func list() throws -> [AccessKeyOutput] {
    let list = try read()
    return list.all.map { AccessKeyOutput($0, in: list, at: register.clock.now) }
  }

  /// Makes a key that may be used from now on.
  ///
  /// - Parameters:
  ///   - holder: Who gets it.
  ///   - scopes: What it allows.
  ///   - expires: From when on it is refused; nil for no end.
  /// - Returns: The key, with what its holder sends.
  /// - Throws: ``ServiceError/badInput(_:)`` for an end in the past, and what the log throws.
  package func grant(to holder: AccessHolder, scopes: [AccessScope], expires: Instant? = nil) throws -> AccessKeyOutput {
    try make(holder, scopes.map(\.name), expires: expires, replaces: nil, in: try read())
  }

  /// Makes a key for the same holder and scopes, and lets the one before go on for some hours.
  ///
  /// - Parameters:
  ///   - id: The key before, which must be valid and not be replaced yet.
  ///   - overlapHours: For how long it goes on, within ``overlapHoursAllowed``.
  ///   - expires: When the new key ends; nil for when the one before would have.
  /// - Returns: The new key, with what its holder sends.
  /// - Throws: ``ServiceError/notFound(_:)`` where there is no such key, or it is not valid or replaced already; ``ServiceError/badInput(_:)``
  ///   for an end in the past, and what the log throws.
  package func rotate(_ id: AccessKeyID, overlapHours: Int, expires: Instant? = nil) throws -> AccessKeyOutput {
    let (now, list) = (register.clock.now, try read())
    let former = try Self.find(id, in: list)
    let standing = list.standing(of: former, at: now)
    guard standing == .valid, !list.isReplaced(id) else {
      let word = standing == .valid ? AccessStanding.replaced : standing
      throw ServiceError.notFound("\(id) cannot be replaced: it is \(word.rawValue) already; grant a new key instead")
    }
    let replaces = AccessKey.Replacement(id: id, ends: now.adding(hours: Int64(overlapHours)))
    return try make(former.holder, former.scopes, expires: expires ?? former.expires, replaces: replaces, in: list)
  }

  /// Takes a key back for good; nodes refuse it within a second.
  ///
  /// One that is revoked already stays as it is.
  ///
  /// - Parameter id: The key.
  /// - Returns: The key as it stands now.
  /// - Throws: ``ServiceError/notFound(_:)`` where there is no such key, and what the log throws; run it again then.
  package func revoke(_ id: AccessKeyID) throws -> AccessKeyOutput {
    var list = try read()
    var key = try Self.find(id, in: list)
    if key.revoked == nil {
      key.revoked = register.clock.now
      try append(key)
      list.apply(.put(key))
    }
    return AccessKeyOutput(key, in: list, at: register.clock.now)
  }

  // MARK: Parts

  private func make(
    _ holder: AccessHolder, _ scopes: [String], expires: Instant?, replaces: AccessKey.Replacement?, in list: AccessList
  ) throws -> AccessKeyOutput {
    let now = register.clock.now
    if let expires, expires <= now { throw ServiceError.badInput("the key would end before now (\(now.rfc3339())); give a later time") }
    var generator = SystemRandomNumberGenerator()
    var presented = PresentedAccessKey(using: &generator)
    while list[presented.id] != nil { presented = PresentedAccessKey(using: &generator) }
    let digest = hasher.digest(of: presented, scopes: scopes)
    let key = AccessKey(
      id: presented.id, holder: holder, scopes: scopes, granted: now, expires: expires, replaces: replaces, digest: digest)
    try append(key)
    var list = list
    list.apply(.put(key))
    var output = AccessKeyOutput(key, in: list, at: now)
    output.key = presented.text
    return output
  }

  private func append(_ key: AccessKey) throws {
    try register.log.append([NewRecord(key: AccessRecord.key(of: key.id), value: AccessRecord.value(of: key))], to: AccessBook.place)
  }

  private func read() throws -> AccessList {
    let book = AccessBook(hasher: hasher, clock: register.clock)
    do throws(LogError) {
      while true {
        try book.follow(register.log)
        if let list = book.list { return list }
      }
    } catch {
      // A log that was made before there were such keys gets the topic from whoever writes first.
      guard error == .unknownTopic(AccessBook.place.topic), register.isReadOnly, register.log.isEmbedded else { throw error }
      return AccessList()
    }
  }

  private static func find(_ id: AccessKeyID, in list: AccessList) throws -> AccessKey {
    guard let key = list[id] else { throw ServiceError.notFound("there is no access key \(id); `lodging access list` shows them") }
    return key
  }
}
