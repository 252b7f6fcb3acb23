import Glibc

/// What the system says of a file.
///
/// Other modules ask here and not for `stat`: in a module that imports Dispatch too, the compiler takes the structure for Dispatch's or for
/// the C library's, whichever it has loaded first, and refuses it as Dispatch's.
package struct FileStatus: Sendable {
  /// The length.
  package let byteCount: Int
  /// The number of the account that it belongs to.
  package let owner: UInt32
  /// When it was changed last, in seconds since the epoch.
  package let modified: Int

  /// That of the file under a path, through symbolic links; nil where the system refuses, and `errno` says why.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// That of an open file; nil where the system refuses, and `errno` says why.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    (byteCount, owner, modified) = (Int(status.st_size), status.st_uid, status.st_mtim.tv_sec)
  }
}
