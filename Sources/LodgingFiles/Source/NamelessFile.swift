import Foundation

/// Temporary files that lose their name before they receive their first byte, so that nothing of them is left behind however the process
/// ends.
package enum NamelessFile {
  /// Makes an empty file among the system's temporary files, readable by its owner only; it goes when it is closed.
  ///
  /// - Returns: Its descriptor; nil with the reason in `errno` where the system refuses.
  package static func make() -> Int32? {
    var template = Array(FileManager.default.temporaryDirectory.appendingPathComponent("lodging-XXXXXX").path.utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return nil }
    unlink(template)
    return descriptor
  }
}
