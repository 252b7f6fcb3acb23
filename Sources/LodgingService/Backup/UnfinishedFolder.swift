import Crypto
import Foundation
import LodgingStore

/// A folder that gets its name when everything is in it and on the disk.
///
/// Until then it lies beside as `NAME.incomplete`, which nobody takes for anything; whoever begins again removes what an interrupted
/// process left there. Two that work on the same one find out by a lock on the folder.
struct UnfinishedFolder {
  /// The folder while it is being filled.
  let path: String
  private let name: String
  private let descriptor: Int32

  /// Begins a folder that is to be at `name`, where there must be nothing or an empty folder.
  ///
  /// Throws ``ServiceError/folderNotEmpty(_:)`` where there is something, ``ServiceError/folderInUse(_:)`` where another process fills it,
  /// and `POSIXError`.
  init(for name: String) throws {
    self.name = name
    path = name + ".incomplete"
    try Self.checkEmpty(name)
    let parent = URL(fileURLWithPath: name).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failure() }
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure() }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw ServiceError.folderInUse(path)
    }
    for left in try FileManager.default.contentsOfDirectory(atPath: path) { try FileManager.default.removeItem(atPath: "\(path)/\(left)") }
  }

  /// Makes everything durable and gives the folder its name.
  func finish() throws {
    guard let all = FileManager.default.enumerator(atPath: path) else { throw Self.failure() }
    for case let entry as String in all { try Self.synchronise("\(path)/\(entry)") }
    try Self.synchronise(path)
    try Self.checkEmpty(name)
    guard rename(path, name) == 0 else { throw Self.failure() }
    try Self.synchronise(URL(fileURLWithPath: name).deletingLastPathComponent().path)
    closeLocked(descriptor)
  }

  /// Removes the folder with what is in it, as far as that is possible.
  func abandon() {
    try? FileManager.default.removeItem(atPath: path)
    closeLocked(descriptor)
  }

  /// Copies a file, and says how large it is and its SHA-256.
  ///
  /// Throws `POSIXError`, `ENOENT` for a file that is gone.
  func copy(_ source: String, to relative: String) throws -> BackupManifest.File {
    let target = "\(path)/\(relative)"
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: target).deletingLastPathComponent().path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    return try Self.copy(source, toFile: target, as: relative)
  }

  private static func copy(_ source: String, toFile target: String, as relative: String) throws -> BackupManifest.File {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw failure() }
    defer { close(input) }
    let output = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard output >= 0 else { throw failure() }
    defer { close(output) }
    return try digest(input, as: relative) { try write($0, to: output) }
  }

  /// Copies one file, which has its name when it is whole and on the disk; readable by its owner only.
  ///
  /// Throws `POSIXError`, `ENOENT` for a file that is gone.
  static func place(_ source: String, at path: String) throws {
    let unfinished = path + ".incomplete"
    _ = try copy(source, toFile: unfinished, as: path)
    try synchronise(unfinished)
    guard rename(unfinished, path) == 0 else { throw failure() }
    try synchronise(URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  /// The size and SHA-256 of a file.
  static func file(_ path: String, as relative: String) throws -> BackupManifest.File {
    let input = open(path, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw failure() }
    defer { close(input) }
    return try digest(input, as: relative) { _ in }
  }

  private static let chunkBytes = 1 << 20

  private static func digest(_ input: Int32, as path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> BackupManifest.File
  {
    var hash = SHA256()
    var count = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let taken = read(input, buffer.baseAddress, buffer.count)
      if taken < 0, errno == EINTR { continue }
      guard taken >= 0 else { throw failure() }
      guard taken > 0 else { break }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<taken])
      hash.update(bufferPointer: piece)
      try body(piece)
      count += taken
    }
    let digits = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return BackupManifest.File(path: path, bytes: count, sha256: digits.joined())
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to output: Int32) throws {
    var written = 0
    while written < bytes.count {
      let count = Foundation.write(output, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      written += count
    }
  }

  private static func synchronise(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  private static func checkEmpty(_ name: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue, try FileManager.default.contentsOfDirectory(atPath: name).isEmpty else {
      throw ServiceError.folderNotEmpty(name)
    }
  }

  /// What the system said last.
  static func failure() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
