import Foundation

/// A folder for what is needed for a while, with a name that nobody can guess, readable by its owner only.
package struct ScratchFolder: Sendable {
  /// The folder's path.
  package let path: String

  /// Makes a folder among the system's temporary files.
  ///
  /// - Parameter purpose: A part of its name.
  /// - Throws: `POSIXError`.
  package init(_ purpose: String) throws {
    let parent = FileManager.default.temporaryDirectory
    var template = Array(parent.appendingPathComponent("lodging-\(purpose)-XXXXXX").path.utf8CString)
    guard let made = mkdtemp(&template) else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    path = String(cString: made)
  }

  /// Removes the folder with all that is in it; what cannot be removed is left to the system.
  package func remove() { try? FileManager.default.removeItem(atPath: path) }
}
