import Glibc
import LodgingPipeline

/// Gives the lock on an open file back (`flock`), and closes it.
///
/// A process that is being started at this moment holds the descriptor too, until it runs its program (`O_CLOEXEC`): closing alone would leave
/// the lock with it for that while.
package func closeLocked(_ descriptor: CInt) {
  flock(descriptor, LOCK_UN)
  close(descriptor)
}

/// An exclusive lock on a file (`flock`) that the kernel takes back when the process that holds it ends, however it ends.
///
/// The lock is on the file, not on its name: somebody who deletes the file while it is locked lets another process lock a new one of that
/// name. ``isHeld`` therefore compares the two, and the file is never deleted here.
final class FileLock {
  private let path: String
  private var descriptor: CInt = -1

  init(path: String) {
    self.path = path
  }

  deinit { release() }

  /// Whether this object holds the lock, and the file is still the one of that name.
  var isHeld: Bool { descriptor >= 0 && isNamed(descriptor) }

  /// Takes the lock if nobody has it; true where this object holds it now.
  ///
  /// Throws ``LogError/unavailable(_:)`` where the file cannot be made or locked.
  func acquire() throws(LogError) -> Bool {
    if isHeld { return true }
    release()
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw .unavailable("cannot open the lock file: \(String(cString: strerror(errno)))") }
    while flock(opened, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      if reason == EINTR { continue }
      close(opened)
      guard reason == EWOULDBLOCK else { throw .unavailable("cannot lock: \(String(cString: strerror(reason)))") }
      return false
    }
    guard isNamed(opened) else {
      // Deleted between opening and locking; the next attempt makes a new file.
      close(opened)
      return false
    }
    descriptor = opened
    return true
  }

  /// Whether anybody holds the lock of that name now.
  ///
  /// Throws ``LogError/unavailable(_:)`` where that cannot be known.
  static func isHeld(path: String) throws(LogError) -> Bool {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    if opened < 0, errno == ENOENT { return false }
    guard opened >= 0 else { throw .unavailable("cannot open the lock file: \(String(cString: strerror(errno)))") }
    // A shared lock keeps nobody from trying again a moment later, and goes with the descriptor.
    defer { closeLocked(opened) }
    while flock(opened, LOCK_SH | LOCK_NB) != 0 {
      let reason = errno
      if reason == EINTR { continue }
      guard reason == EWOULDBLOCK else { throw .unavailable("cannot lock: \(String(cString: strerror(reason)))") }
      return true
    }
    return false
  }

  /// Gives the lock back, if held.
  func release() {
    guard descriptor >= 0 else { return }
    closeLocked(descriptor)
    descriptor = -1
  }

  private func isNamed(_ descriptor: CInt) -> Bool {
    var open = stat()
    var named = stat()
    return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_ino == named.st_ino && open.st_dev == named.st_dev
  }
}

@available(*, unavailable, message: "a lock belongs to one thread")
extension FileLock: Sendable {}
