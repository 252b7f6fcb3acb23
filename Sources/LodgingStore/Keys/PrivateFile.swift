import Foundation
import Glibc

/// A small file that its owner alone may read, replaced as a whole or not at all.
struct PrivateFile {
  let path: String

  /// What tells one version of the file from another.
  struct Stamp: Equatable {
    var inode: UInt
    var seconds: Int
    var nanoseconds: Int
    var size: Int
    /// Who may do what with it: rights that were changed are looked at again, as bytes are.
    var mode: UInt32
  }

  /// The stamp of the file that has the name now.
  func stamp() throws(KeyRingError) -> Stamp {
    var status = Glibc.stat()
    guard stat(path, &status) == 0 else { throw failure("look at") }
    return Stamp(status)
  }

  /// Reads the file with the stamp that it had.
  ///
  /// Refuses one that others than its owner may read or write.
  func read() throws(KeyRingError) -> (bytes: Data, stamp: Stamp) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open") }
    defer { close(descriptor) }
    var status = Glibc.stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("look at") }
    guard status.st_mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: UInt16(status.st_mode & 0o777)) }
    var bytes = Data()
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read") }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    return (bytes, Stamp(status))
  }

  /// Replaces the file: a new one is written beside it, made durable, and takes its name in one step.
  ///
  /// After a failure the old file is still there, whole. With `wipingOld` the old file's bytes are overwritten once the new one is durable;
  /// until then they have a name, so that ``finishReplacing()`` finds them after an interruption.
  func replace(with bytes: Data, wipingOld: Bool) throws(KeyRingError) -> Stamp {
    try finishReplacing()
    let stamp = try coming.create(with: bytes)
    let old = wipingOld ? open(path, O_WRONLY | O_CLOEXEC) : -1
    defer { if old >= 0 { close(old) } }
    // Where the file system has no links, an interruption at the wrong moment leaves the old bytes to the disk.
    let isNamed = wipingOld && link(path, leaving.path) == 0
    guard rename(coming.path, path) == 0 else { throw failure("replace") }
    try syncFolder()
    if old >= 0 { try wipe(old) }
    if isNamed, unlink(leaving.path) != 0 { throw failure("remove") }
    return stamp
  }

  /// Whether an interrupted process left something that ``finishReplacing()`` puts away.
  var hasLeftovers: Bool { [coming, leaving].contains { access($0.path, F_OK) == 0 } }

  /// Puts away what an interrupted process left: a new file that never took its name, and an old one that was not overwritten.
  ///
  /// Both may hold keys that have been destroyed since.
  func finishReplacing() throws(KeyRingError) {
    try coming.discard()
    guard access(leaving.path, F_OK) == 0 else { return }
    // Interrupted before the new file took its name, the old one is still the file itself.
    if let own = try? stamp(), try leaving.stamp().inode == own.inode {
      guard unlink(leaving.path) == 0 else { throw failure("remove") }
    } else {
      try leaving.discard()
    }
  }

  /// The new file before it takes the name.
  private var coming: PrivateFile { PrivateFile(path: path + ".new") }
  /// The old file's second name while it is overwritten.
  private var leaving: PrivateFile { PrivateFile(path: path + ".old") }

  private func create(with bytes: Data) throws(KeyRingError) -> Stamp {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create") }
    defer { close(descriptor) }
    try write(bytes, to: descriptor)
    guard fsync(descriptor) == 0 else { throw failure("make durable") }
    var status = Glibc.stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("look at") }
    return Stamp(status)
  }

  /// Overwrites and removes the file, if there is one.
  private func discard() throws(KeyRingError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else { throw failure("open") }
      return
    }
    defer { close(descriptor) }
    try wipe(descriptor)
    guard unlink(path) == 0 else { throw failure("remove") }
  }

  private func wipe(_ descriptor: CInt) throws(KeyRingError) {
    var status = Glibc.stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("look at") }
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure("overwrite") }
    try write(Data(count: Int(status.st_size)), to: descriptor)
    guard fsync(descriptor) == 0 else { throw failure("make durable") }
  }

  private func write(_ bytes: Data, to descriptor: CInt) throws(KeyRingError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write") }
      rest = rest.dropFirst(count)
    }
  }

  private func syncFolder() throws(KeyRingError) {
    let folder = (path as NSString).deletingLastPathComponent
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open the folder of") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("make durable") }
  }

  private func failure(_ operation: String) -> KeyRingError {
    let code = errno
    return code == ENOENT ? .notFound(path: path) : .failed(path: path, operation: operation, reason: String(cString: strerror(code)))
  }
}

extension PrivateFile.Stamp {
  fileprivate init(_ status: Glibc.stat) {
    self.init(
      inode: UInt(status.st_ino), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, size: Int(status.st_size),
      mode: status.st_mode)
  }
}

/// Runs `body` while no other process and no other ring in this one writes the file at `path`.
///
/// The lock is on a file of its own beside it, which is never removed, so that all who wait lock the same one.
func withWriteLock<Result>(path: String, _ body: () throws(KeyRingError) -> Result) throws(KeyRingError) -> Result {
  let lockPath = path + ".lock"
  let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw .failed(path: lockPath, operation: "open", reason: String(cString: strerror(errno))) }
  defer { closeLocked(descriptor) }
  while flock(descriptor, LOCK_EX) != 0 {
    guard errno == EINTR else { throw .failed(path: lockPath, operation: "lock", reason: String(cString: strerror(errno))) }
  }
  return try body()
}
