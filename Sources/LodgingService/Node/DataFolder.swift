import Foundation

/// The files of one register on one machine.
package struct DataFolder: Sendable {
  /// The folder's path.
  package let path: String

  /// Names a folder; nothing is made yet.
  package init(_ path: String) { self.path = path }

  /// The key ring, mode 0600.
  package var keys: String { path + "/keys.json" }
  /// The versions of the resident directory.
  package var directory: String { path + "/directory" }
  /// Snapshots and the id index.
  package var snapshots: String { path + "/snapshots" }
  /// The id index.
  package var ids: String { path + "/snapshots/ids.sqlite" }
  /// The read model.
  package var register: String { path + "/register.sqlite" }
  /// What is remembered of crashes.
  package var attempts: String { path + "/attempts.sqlite" }

  /// Whether there is a register here.
  package var exists: Bool { FileManager.default.fileExists(atPath: path + "/log.sqlite") }

  /// Whether there is a register here on a log of this kind: on a cluster the folder holds the rest, keys above all.
  func holds(_ choice: LogChoice) -> Bool {
    if case .embedded = choice { return exists }
    return FileManager.default.fileExists(atPath: keys)
  }

  /// Makes the folder where it is missing, readable by its owner only.
  package func make() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }
}
