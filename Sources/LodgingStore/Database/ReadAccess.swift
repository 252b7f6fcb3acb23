import Foundation
import GRDB
import Glibc

/// How an SQLite file in WAL mode is read without changing anything in its folder.
///
/// A connection that reads makes `-wal` and `-shm` where they are missing, cannot remove them again, and fails where it cannot make them
/// (sqlite.org/wal.html, section 11). What helps differs with what lies there.
struct ReadAccess: Sendable {
  /// What SQLite is given to open the file: its path, or a URI.
  ///
  /// SQLite must have been built to take URIs, as Debian's is.
  let name: String
  /// What every reading connection must say before it looks into the file.
  let preparation: String?
  /// Whether ``makeKeeper()`` is needed.
  let needsKeeper: Bool

  /// Looks what lies beside the file.
  init(path: String) { self.init(path: path, isWritable: Self.isWritable(path)) }

  /// The same for a folder of which is known whether anything can be written there.
  init(path: String, isWritable: Bool) {
    let logBytes = Self.byteCount(path + "-wal")
    let hasIndex = Self.byteCount(path + "-shm") != nil
    switch (isWritable, logBytes, hasIndex) {
    case (true, nil, _):
      // Nobody has the file open. Another process may open it at any time, so the usual locks are needed.
      (name, preparation, needsKeeper) = (path, nil, true)
    case (true, _, _), (false, .some, true):
      // Somebody has the file open, or was killed; SQLite reads beside the one and recovers after the other.
      (name, preparation, needsKeeper) = (path, nil, false)
    case (false, nil, _), (false, 0, false):
      // Everything is in the file, and nobody can change it here.
      (name, preparation, needsKeeper) = (Self.uri(path, "immutable=1"), nil, false)
    case (false, _, false):
      // The write-ahead log holds commits and its index is not there: each connection makes one for itself in memory. It takes no locks,
      // which a file that cannot be written to does not allow.
      (name, preparation, needsKeeper) = (Self.uri(path, "mode=ro&vfs=unix-none"), "PRAGMA locking_mode = EXCLUSIVE", false)
    }
  }

  /// A connection that could write and never does, where one is needed: the last to be closed, it removes `-wal` and `-shm` again.
  func makeKeeper(busySeconds: TimeInterval) throws -> DatabaseQueue? {
    guard needsKeeper else { return nil }
    var configuration = Configuration()
    configuration.label = "keeper"
    configuration.busyMode = .timeout(busySeconds)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1; SELECT count(*) FROM sqlite_schema") }
    return try DatabaseQueue(path: name, configuration: configuration)
  }

  /// Prepares a reading connection.
  func prepare(_ db: Database) throws {
    if let preparation { try db.execute(sql: preparation) }
  }

  private static func isWritable(_ path: String) -> Bool {
    let folder = (path as NSString).deletingLastPathComponent
    let both: [String] = [path, folder.isEmpty ? "." : folder]
    return both.allSatisfy { name in faccessat(AT_FDCWD, name, W_OK, AT_EACCESS) == 0 }
  }

  private static func byteCount(_ path: String) -> Int? { FileStamp.of(path: path)?.byteCount }

  /// A URI as sqlite.org/uri.html has it.
  private static func uri(_ path: String, _ query: String) -> String {
    let kept = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%"))
    return "file:\(path.addingPercentEncoding(withAllowedCharacters: kept) ?? path)?\(query)"
  }
}
