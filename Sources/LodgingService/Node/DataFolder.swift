import Glibc
import LodgingStore

/// The files of one register on one machine.
package struct DataFolder: Sendable {
  /// The folder's path.
  package let path: String
  /// Where the key ring lies, where that is not in the folder.
  let keysFile: String?
  /// Where snapshots lie, where that is not in the folder.
  let snapshotsFolder: String?

  /// Names a folder; nothing is made yet.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - keysFile: Where the key ring lies; nil for `keys.json` in the folder.
  ///   - snapshotsFolder: Where snapshots lie; nil for `snapshots/` in the folder.
  package init(_ path: String, keysFile: String? = nil, snapshotsFolder: String? = nil) {
    (self.path, self.keysFile, self.snapshotsFolder) = (path, keysFile, snapshotsFolder)
  }

  /// The key ring, mode 0600.
  package var keys: String { keysFile ?? path + "/" + FileKeyRing.fileName }
  /// The versions of the resident directory.
  package var directory: String { path + "/directory" }
  /// Snapshots, which other machines may read too.
  package var snapshots: String { snapshotsFolder ?? path + "/snapshots" }
  /// The read model.
  package var register: String { path + "/register.sqlite" }
  /// The events and the ledger, where they are on no cluster.
  private var log: String { path + "/log.sqlite" }
  /// What is remembered of crashes.
  package var attempts: String { path + "/attempts.sqlite" }

  /// Whether there is a log here.
  ///
  /// Throws ``ServiceError/logLost(_:)`` where it is missing or empty beside what only its ledger can have left, so that nobody begins
  /// another one, and ``ServiceError/noAccess(path:reason:)`` where that cannot be known.
  package func hasLog() throws(ServiceError) -> Bool {
    let bytes = try Self.byteCount(log)
    if bytes ?? 0 == 0 { try checkNothingFolded() }
    return bytes != nil
  }

  /// Throws ``ServiceError/logLost(_:)`` where something was folded here; for a log that holds nothing.
  func checkNothingFolded() throws(ServiceError) {
    if LedgerTraces.exist(in: path) { throw .logLost(log) }
  }

  /// Whether there is a register here on a log of this kind: on a cluster the folder holds the rest, keys above all.
  ///
  /// Throws as ``hasLog()`` does.
  func holds(_ choice: LogChoice) throws(ServiceError) -> Bool {
    if case .embedded = choice { return try hasLog() }
    return try Self.exists(keys)
  }

  /// Throws ``ServiceError/keysMissing(_:)`` where there are no keys: others would belong to another ledger.
  func checkKeys() throws(ServiceError) {
    guard try Self.exists(keys) else { throw .keysMissing(keys) }
  }

  /// Throws ``ServiceError/noAccess(path:reason:)`` where the folder is there and nothing can be written to it.
  func checkWritable() throws(ServiceError) {
    guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0, errno != ENOENT else { return }
    throw .noAccess(path: path, reason: String(cString: strerror(errno)))
  }

  /// What to say where it does not hold one.
  func missing(_ choice: LogChoice) -> ServiceError {
    if case .embedded = choice { .noRegister(path) } else { .noKeys(keys) }
  }

  /// Makes the folder where it is missing, readable by its owner only.
  ///
  /// Throws `OwnerOnlyError`.
  package func make() throws { try OwnerOnly.makeFolder(path) }

  static func exists(_ path: String) throws(ServiceError) -> Bool { try byteCount(path) != nil }

  /// How long a file is, nil where there is none.
  private static func byteCount(_ path: String) throws(ServiceError) -> Int? {
    if let stamp = FileStamp.of(path: path) { return stamp.byteCount }
    let number = errno
    guard number == ENOENT || number == ENOTDIR else { throw .noAccess(path: path, reason: String(cString: strerror(number))) }
    return nil
  }
}
