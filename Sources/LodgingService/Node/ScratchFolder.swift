import Foundation
import LodgingStore

/// A folder for what is needed for a while, with a name that nobody can guess, readable by its owner only.
package struct ScratchFolder: Sendable {
  /// The folder's path.
  package let path: String
  /// Held until the process ends, so that another one sees that the folder is in use.
  private let lock: Int32

  /// Makes a folder among the system's temporary files, and removes old ones of the same purpose whose process was killed.
  ///
  /// - Parameter purpose: A part of its name.
  /// - Throws: `POSIXError`.
  package init(_ purpose: String) throws {
    let parent = FileManager.default.temporaryDirectory
    var template = Array(parent.appendingPathComponent("lodging-\(purpose)-XXXXXX").path.utf8CString)
    guard let made = mkdtemp(&template) else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    path = String(cString: made)
    lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    flock(lock, LOCK_EX | LOCK_NB)
    Self.removeLeft(by: "lodging-\(purpose)-", in: parent)
  }

  /// Removes folders of this purpose whose process was killed an hour ago or earlier: nobody holds their locks.
  private static func removeLeft(by prefix: String, in parent: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6 {
      let left = open(parent.appendingPathComponent(name).path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard left >= 0 else { continue }
      defer { closeLocked(left) }
      guard let stamp = FileStamp.of(descriptor: left), stamp.owner == geteuid(), stamp.seconds + secondsMin < time(nil),
        flock(left, LOCK_EX | LOCK_NB) == 0
      else { continue }
      try? FileManager.default.removeItem(at: parent.appendingPathComponent(name))
    }
  }

  /// How long nothing was added to a folder before it is taken for one that was left, in seconds; its owner may not have locked it yet.
  private static let secondsMin = 3600

  /// Removes the folder with all that is in it; what cannot be removed is left to the system.
  package func remove() {
    try? FileManager.default.removeItem(atPath: path)
    closeLocked(lock)
  }
}
