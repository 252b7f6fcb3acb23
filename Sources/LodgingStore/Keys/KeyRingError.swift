public import LodgingDomain

/// Why a key ring does not do what it was asked; the text names the file and the cause and never a byte of a key.
public enum KeyRingError: Error, Hashable, Sendable {
  /// There is no such file: make a ring, or name the right folder.
  case notFound(path: String)
  /// There is a ring already; it was left as it is.
  case exists(path: String)
  /// Others than the owner may read or write the file: `chmod 600` it, and treat its keys as known to whoever could read them.
  case openToOthers(path: String, mode: UInt16)
  /// The file is no key ring of a version that is known. It was left as it is: restore a backup.
  case malformed(path: String, reason: String)
  /// The system refused something; nothing was changed, and trying again may help.
  case failed(path: String, operation: String, reason: String)
  /// The ring has never had a key of that month.
  case monthUnknown(KeyMonth)
  /// The month's secret keys are gone.
  case monthDestroyed(KeyMonth)
  /// Events that were sealed in time are still accepted under the month's key, so it cannot be destroyed yet.
  case stillAccepting(KeyMonth, until: Instant)
}

extension KeyRingError: CustomStringConvertible {
  /// The error in words for an operator.
  public var description: String {
    switch self {
    case .notFound(let path): "there is no key ring at \(path); restore it from a backup, for without it no identity can be read"
    case .exists(let path): "there is a key ring at \(path) already"
    case .openToOthers(let path, let mode):
      "\(path) is open to others (mode \(String(mode, radix: 8))): allow its owner alone with chmod 600"
    case .malformed(let path, let reason): "\(path) is no key ring: \(reason); restore it from a backup"
    case .failed(let path, let operation, let reason): "cannot \(operation) \(path): \(reason)"
    case .monthUnknown(let month): "there is no key of \(month)"
    case .monthDestroyed(let month): "the key of \(month) is destroyed: its identities cannot be read any more"
    case .stillAccepting(let month, let until):
      "the key of \(month) still accepts events until \(LocalZone.vietnam.date(at: until).description) and cannot be destroyed before"
    }
  }
}
