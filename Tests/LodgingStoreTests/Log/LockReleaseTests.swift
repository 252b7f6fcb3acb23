import Foundation
import Testing

@testable import LodgingStore

/// A process that is being started holds all descriptors of the one that starts it, until it runs its program.
///
/// Copies of the descriptors stand for that moment here: a lock belongs to what was opened, not to the descriptor.
@Suite("Locks given back while a process is being started")
struct LockReleaseTests {
  let bench: DirectoryBench

  init() throws { bench = try DirectoryBench() }

  @Test("a load of residents that ended does not keep the next one out")
  func load() throws {
    var builder: DirectoryBuilder? = try DirectoryBuilder(folder: bench.folder)
    let copies = try copies(ofPath: "\(bench.path)/\(DirectoryFolder.lockName)")
    defer { for copy in copies { close(copy) } }
    #expect(throws: DirectoryError.busy) { try DirectoryBuilder(folder: bench.folder) }
    builder = nil
    withExtendedLifetime(builder) {}
    #expect(throws: Never.self) { try DirectoryBuilder(folder: bench.folder) }
  }

  @Test("a lock file that was released can be locked by another at once, and says so")
  func lockFile() throws {
    let path = "\(bench.path)/a.lock"
    let first = FileLock(path: path)
    #expect(try first.acquire())
    let copies = try copies(ofPath: path)
    defer { for copy in copies { close(copy) } }
    #expect(try FileLock.isHeld(path: path))
    first.release()
    #expect(try !FileLock.isHeld(path: path))
    #expect(try FileLock(path: path).acquire())
  }

  @Test("the lock for writing a key ring is free after the writing")
  func keyRing() throws {
    let path = "\(bench.path)/keys.json"
    let copies = try withWriteLock(path: path) { () throws(KeyRingError) in copiesOrNone(ofPath: path + ".lock") }
    defer { for copy in copies { close(copy) } }
    #expect(!copies.isEmpty)
    let other = open(path + ".lock", O_RDWR)
    defer { close(other) }
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
  }

  private func copiesOrNone(ofPath path: String) -> [CInt] { (try? copies(ofPath: path)) ?? [] }

  /// A copy of each descriptor that this process has of a file.
  private func copies(ofPath path: String) throws -> [CInt] {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name in
      guard (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) == file, let descriptor = CInt(name)
      else {
        return nil
      }
      return fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    }
  }
}
