import LodgingDomain

/// An access key as `lodging access` shows it; the key itself only once, to whoever made it.
package struct AccessKeyOutput: Encodable, Sendable {
  package var id: String
  package var holder: String
  package var scopes: [String]
  /// Whether it may be used, or why not.
  package var standing: String
  package var granted: String
  /// From when on it is refused by itself; nil where it has no end.
  package var ends: String?
  package var revoked: String?
  /// The id of the key in whose place it was granted.
  package var replaces: String?
  /// What the holder sends, right after it was made and never again.
  package var key: String?

  /// Shows a key of a list at a moment.
  init(_ key: AccessKey, in list: AccessList, at now: Instant) {
    id = key.id.description
    holder = key.holder.description
    scopes = key.scopes
    standing = list.standing(of: key, at: now).rawValue
    granted = key.granted.rfc3339()
    ends = list.end(of: key)?.rfc3339()
    revoked = key.revoked?.rfc3339()
    replaces = key.replaces?.id.description
  }
}
