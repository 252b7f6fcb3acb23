import Foundation
import Glibc

/// Makes folders and files that nobody but their owner may look into, from the first moment that they exist.
///
/// What exists already is left as it is.
package enum OwnerOnly {
  /// Makes a folder, mode 0700, and those above it where they are missing.
  package static func makeFolder(_ path: String) throws(OwnerOnlyError) {
    guard mkdir(path, 0o700) != 0 else { return }
    switch errno {
    case EEXIST:
      var status = stat()
      guard stat(path, &status) == 0 else { throw OwnerOnlyError(path: path, number: errno) }
      guard status.st_mode & S_IFMT == S_IFDIR else { throw OwnerOnlyError(path: path, number: ENOTDIR) }
    case ENOENT:
      let parent = (path as NSString).deletingLastPathComponent
      guard !parent.isEmpty, parent != path else { throw OwnerOnlyError(path: path, number: ENOENT) }
      try makeFolder(parent)
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw OwnerOnlyError(path: path, number: errno) }
    case let number: throw OwnerOnlyError(path: path, number: number)
    }
  }

  /// Makes an empty file, mode 0600, where there is none.
  ///
  /// The file is not opened: closing it would take away the locks that other connections of this process have on it by then.
  static func makeFile(_ path: String) throws(OwnerOnlyError) {
    guard mknod(path, S_IFREG | 0o600, 0) == 0 || errno == EEXIST else { throw OwnerOnlyError(path: path, number: errno) }
  }
}

/// Why a folder or file could not be made.
package struct OwnerOnlyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The folder or file.
  package let path: String
  /// The system's error number.
  package let number: Int32

  /// What the system says.
  var reason: String { RawFile.text(ofErrno: number) }

  /// What happened, in one line.
  package var description: String { "\(path) cannot be made: \(reason)" }
}
