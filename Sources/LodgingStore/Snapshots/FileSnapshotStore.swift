import Foundation
import Glibc
public import LodgingPipeline

/// Snapshots as files of one folder, which may be one that all nodes of a cluster reach.
///
/// A file appears whole under its name or not at all: it is written beside, synchronised, linked to its name, and the folder is
/// synchronised before ``publish(_:as:)`` returns. Several processes may publish and load at the same time, also over a network file
/// system.
public struct FileSnapshotStore: SnapshotStore {
  /// Snapshots of a partition that are kept.
  public static let keptMax = 3
  /// What a process left unfinished is removed when it is older than this, in seconds.
  static let unfinishedMaxSeconds = 3600

  private static let unfinishedSuffix = ".unfinished"

  /// The folder.
  public let path: String

  /// Opens a folder.
  ///
  /// - Parameter folder: The folder; it is made where it is missing.
  /// - Throws: `OwnerOnlyError` where that is impossible.
  public init(folder: String) throws {
    path = folder
    try OwnerOnly.makeFolder(path)
  }

  /// Whether a file of the folder is a snapshot, by its name.
  package static func isSnapshot(_ fileName: String) -> Bool { SnapshotName(fileName: fileName) != nil }

  /// The snapshots of a partition by their files' names, highest offset first.
  public func list(partition: Int) throws -> [SnapshotName] {
    let beginning = SnapshotName.beginning(ofPartition: partition)
    return try fileNames().filter { $0.hasPrefix(beginning) }.compactMap(SnapshotName.init(fileName:)).sorted {
      $0.position.offset > $1.position.offset
    }
  }

  /// The bytes of a snapshot; nil where the file is missing, cut off, damaged, or something else.
  ///
  /// - Throws: ``SnapshotFileError`` where the file exists and cannot be read.
  public func load(_ name: SnapshotName) throws -> [UInt8]? {
    try contents(of: name)?.bytes
  }

  /// Publishes a snapshot; it is durable when this returns.
  ///
  /// - Throws: `SnapshotConflict` where other bytes stand whole under this name; ``SnapshotFileError`` where writing fails, and then the
  ///   snapshot is not there.
  public func publish(_ bytes: [UInt8], as name: SnapshotName) throws {
    let header = SnapshotFile.header(of: bytes, as: name)
    let final = "\(path)/\(name.fileName)"
    let unfinished = "\(final).\(String(UInt64.random(in: .min ... .max), radix: 16))\(Self.unfinishedSuffix)"
    do {
      try write([header, bytes], to: unfinished)
      if link(unfinished, final) != 0 {
        guard errno == EEXIST else { throw SnapshotFileError(operation: .publish, path: final, number: errno) }
        if let published = try contents(of: name) {
          guard published.header == header else { throw SnapshotConflict(name: name) }
        } else if rename(unfinished, final) != 0 {
          throw SnapshotFileError(operation: .publish, path: final, number: errno)
        }
      }
    } catch {
      unlink(unfinished)
      throw error
    }
    removeUnfinished(than: unfinished)
    unlink(unfinished)
    for old in try list(partition: name.partition).dropFirst(Self.keptMax) { unlink("\(path)/\(old.fileName)") }
    try synchroniseFolder()
  }

  // MARK: Files

  private func contents(of name: SnapshotName) throws -> (header: [UInt8], bytes: [UInt8])? {
    let file = "\(path)/\(name.fileName)"
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw SnapshotFileError(operation: .read, path: file, number: errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SnapshotFileError(operation: .read, path: file, number: errno) }
    let count = Int(status.st_size) - SnapshotFile.headerBytes
    guard status.st_mode & S_IFMT == S_IFREG, count >= 0 else { return nil }
    // The header first, so that no memory is taken for a file that is something else.
    guard let header = try read(SnapshotFile.headerBytes, from: descriptor, file), SnapshotFile.announces(header, name, count: count),
      let bytes = try read(count, from: descriptor, file), SnapshotFile.isWhole(header, bytes)
    else { return nil }
    return (header, bytes)
  }

  /// Exactly so many bytes; nil where the file ends before.
  private func read(_ count: Int, from descriptor: CInt, _ file: String) throws -> [UInt8]? {
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let taken = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
        if taken < 0, errno == EINTR { continue }
        if taken < 0 { failure = errno }
        guard taken > 0 else { return }
        filled += taken
      }
    }
    guard failure == 0 else { throw SnapshotFileError(operation: .read, path: file, number: failure) }
    return bytes.count == count ? bytes : nil
  }

  /// Writes parts one behind the other into a new file and synchronises it.
  private func write(_ parts: [[UInt8]], to file: String) throws {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SnapshotFileError(operation: .write, path: file, number: errno) }
    defer { close(descriptor) }
    for part in parts { try part.withUnsafeBytes { try write($0, to: descriptor, file) } }
    guard fsync(descriptor) == 0 else { throw SnapshotFileError(operation: .write, path: file, number: errno) }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt, _ file: String) throws {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SnapshotFileError(operation: .write, path: file, number: errno) }
      written += count
    }
  }

  private func synchroniseFolder() throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SnapshotFileError(operation: .publish, path: path, number: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw SnapshotFileError(operation: .publish, path: path, number: errno) }
  }

  private func fileNames() throws -> [String] {
    guard let folder = opendir(path) else { throw SnapshotFileError(operation: .list, path: path, number: errno) }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
    }
    guard errno == 0 else { throw SnapshotFileError(operation: .list, path: path, number: errno) }
    return names
  }

  /// Removes what processes that died left behind; the file system's own times are compared, so that no clock is needed.
  private func removeUnfinished(than present: String) {
    var status = stat()
    guard stat(present, &status) == 0, let names = try? fileNames() else { return }
    let oldest = status.st_mtim.tv_sec - Self.unfinishedMaxSeconds
    for name in names where name.hasSuffix(Self.unfinishedSuffix) {
      let file = "\(path)/\(name)"
      if stat(file, &status) == 0, status.st_mtim.tv_sec < oldest { unlink(file) }
    }
  }
}

/// Why a snapshot's file could not be read or written; an operator's matter, or the disk's.
public struct SnapshotFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried.
  public let operation: Operation
  /// The file or folder.
  public let path: String
  /// The operating system's error number.
  public let number: Int32

  /// What can fail.
  public enum Operation: String, Hashable, Sendable {
    /// Listing the folder.
    case list = "cannot be listed"
    /// Reading a snapshot.
    case read = "cannot be read"
    /// Writing a snapshot.
    case write = "cannot be written"
    /// Giving a written snapshot its name.
    case publish = "cannot be published"
  }

  /// What happened, in one line.
  public var description: String { "\(path) \(operation.rawValue): \(String(cString: strerror(number)))" }
}
