package import Foundation
import LodgingFiles
import LodgingSynthetic

/// Writes `residents.csv` files of residents who do not exist, for demonstrations and measurements.
package enum ResidentGenerator {
  /// What was written.
  package struct Summary: Hashable, Sendable {
    /// Data rows.
    package var rows: Int
    /// The size of the file.
    package var bytes: Int
  }

  /// Writes a file; the same rows and seed give the same bytes.
  ///
  /// The file gets its name when it is complete; an interrupted call leaves one with the suffix `.part`.
  ///
  /// - Parameters:
  ///   - rows: How many residents, at most `SyntheticPeople.countMax`.
  ///   - seed: What they are made from; see `SyntheticPeople`.
  ///   - path: The file, which is replaced if it exists.
  ///   - progress: Called now and then with the rows written.
  /// - Returns: What was written.
  /// - Throws: An error of the file system.
  package static func write(rows: Int, seed: UInt64, to path: String, progress: (Int) -> Void = { _ in }) throws -> Summary {
    let partial = URL(fileURLWithPath: path + ".part")
    try Data().write(to: partial)
    let file = try FileHandle(forWritingTo: partial)
    defer { try? file.close() }
    let summary = try write(SyntheticPeople(seed: seed, count: rows), to: file, progress)
    guard rename(partial.path, path) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO, userInfo: [NSFilePathErrorKey: path])
    }
    return summary
  }

  /// Writes the same to a `NamelessFile`, which goes when it is closed.
  package static func namelessFile(rows: Int, seed: UInt64, progress: (Int) -> Void = { _ in }) throws -> FileHandle {
    guard let descriptor = NamelessFile.make() else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    _ = try write(SyntheticPeople(seed: seed, count: rows), to: file, progress)
    return file
  }

  private static func write(_ people: SyntheticPeople, to file: FileHandle, _ progress: (Int) -> Void) throws -> Summary {
    var bytes = Array((SyntheticResident.csvHeader + "\n").utf8)
    bytes.reserveCapacity(bufferBytes + 1024)
    var total = 0
    for index in 0..<people.count {
      people.person(at: index).appendCSVLine(to: &bytes)
      guard bytes.count >= bufferBytes else { continue }
      try file.write(contentsOf: bytes)
      total += bytes.count
      bytes.removeAll(keepingCapacity: true)
      progress(index + 1)
    }
    try file.write(contentsOf: bytes)
    progress(people.count)
    return Summary(rows: people.count, bytes: total + bytes.count)
  }

  private static let bufferBytes = 1 << 20
}
