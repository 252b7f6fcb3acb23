package import LodgingDomain

/// Why the key ring cannot be used; nothing of it was changed.
package enum KeyRingError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no key ring at this path.
  case missing(path: String)
  /// Others than the owner may read the file.
  case tooOpen(path: String, mode: String)
  /// The file is no key ring, or cut off.
  case malformed(path: String)
  /// The ring was written by a later version of this program.
  case newerFormat(Int)
  /// The file cannot be read or written now.
  case unavailable(path: String, reason: String)
  /// There is no such month in the ring.
  case unknownMonth(KeyMonth)
  /// The month still takes events until the time given.
  case stillAccepting(KeyMonth, until: Instant)
  /// The month's secret keys are gone already.
  case alreadyDestroyed(KeyMonth)

  /// What happened and what to do.
  package var description: String {
    switch self {
    case .missing(let path): "there is no key ring at \(path)"
    case .tooOpen(let path, let mode): "\(path) can be read by others (mode \(mode)); run: chmod 600 \(path)"
    case .malformed(let path): "\(path) is not a key ring; restore it from its backup"
    case .newerFormat(let format): "the key ring has format \(format); use the later version of this program that wrote it"
    case .unavailable(let path, let reason): "\(path): \(reason)"
    case .unknownMonth(let month): "the key ring has no key of \(month)"
    case .stillAccepting(let month, let until):
      "the key of \(month) takes events until \(until.rfc3339()); destroy it after that"
    case .alreadyDestroyed(let month): "the key of \(month) is destroyed already"
    }
  }
}
