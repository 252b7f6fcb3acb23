import Glibc

/// What tells one generation of a file from the next without reading it.
///
/// Other modules ask here and not for `stat`: in a module that imports Dispatch too, the compiler takes the structure for Dispatch's or for
/// the C library's, whichever it has loaded first, and refuses it as Dispatch's.
package struct FileStamp: Equatable, Sendable {
  /// The length.
  package let byteCount: Int
  /// The number of the account that the file belongs to.
  package let owner: UInt32
  /// When it was changed last, in seconds since the epoch.
  package let seconds: Int
  private let nanoseconds: Int
  private let inode: UInt64

  private init(_ status: stat) {
    byteCount = Int(status.st_size)
    owner = status.st_uid
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
    inode = UInt64(status.st_ino)
  }

  /// The stamp of the file under a path, through symbolic links; nil where the system tells none, and `errno` says why.
  package static func of(path: String) -> FileStamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return FileStamp(status)
  }

  /// The stamp of an open file; nil as above.
  package static func of(descriptor: Int32) -> FileStamp? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    return FileStamp(status)
  }
}
