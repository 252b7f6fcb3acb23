import Foundation
import Synchronization

/// How far the tables of a version were read in.
struct DirectoryWarmth: Sendable {
  fileprivate var version: UInt64 = 0
  fileprivate var bytes = 0
}

extension ResidentReplica {
  /// Reads in the next part of what every look-up asks, which is 20 bytes a resident, and maps it; false once all of it is in memory.
  ///
  /// A mapped table comes into memory page by page as it is asked: from the disk after the machine started, which a look-up waits for, and
  /// through the kernel in each process. Whoever asks goes on meanwhile. A newer version is read in from its beginning. What cannot be
  /// read now is left to the look-ups.
  package func warmNext(atMost byteCount: Int = 64 << 20) -> Bool {
    guard let files = filesInForce else { return false }
    return warmth.withLock { warmth in
      if warmth.version != files.list.version { warmth = DirectoryWarmth(version: files.list.version) }
      var left = byteCount
      var start = 0
      for file in [files.base, files.delta].compactMap({ $0 }) {
        let end = start + file.persons.slotByteCount
        if warmth.bytes < end, left > 0 {
          let part = warmth.bytes - start..<min(end, warmth.bytes + left) - start
          file.persons.readInSlots(part)
          left -= part.count
          warmth.bytes += part.count
        }
        start = end
      }
      return warmth.bytes < start
    }
  }
}

extension FileMapping {
  /// Reads a part of the file in and maps it, as far as the system can (`MADV_POPULATE_READ` of Linux 5.14, or else reading ahead).
  func readIn(_ start: UnsafeRawPointer, byteCount: Int) {
    let end = Int(bitPattern: start) + byteCount
    var next = Int(bitPattern: start) & ~(Int(getpagesize()) - 1)
    while next < end {
      // Meanwhile nobody else in the process maps anything.
      let length = min(end - next, 4 << 20)
      let address = UnsafeMutableRawPointer(bitPattern: next)
      if madvise(address, length, MADV_POPULATE_READ) != 0 { _ = madvise(address, length, MADV_WILLNEED) }
      next += length
    }
  }
}
