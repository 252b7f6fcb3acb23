import Foundation
package import LodgingWire

/// The folder that holds the resident directory: its files, and the list that says which of them are in force.
///
/// ```
/// CURRENT              the list, replaced as a whole by renaming
/// residents-12.dir     the base of version 12
/// residents-15.dir     what changed since: the delta of version 15, if there is one
/// lock                 held while residents are loaded
/// ```
package struct DirectoryFolder: Sendable {
  /// The folder's path.
  package let path: String
  let key: SipKey

  /// Names a folder, which need not exist yet.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - key: The directory's key.
  package init(path: String, key: SipKey) {
    self.path = path
    self.key = key
  }

  static let listName = "CURRENT"
  static let lockName = "lock"

  /// The name of the file that came with a version.
  static func fileName(version: UInt64) -> String { "residents-\(version).dir" }

  var listPath: String { "\(path)/\(Self.listName)" }

  /// Makes the folder, readable for its owner only.
  func create() throws(DirectoryError) {
    do throws(OwnerOnlyError) { try OwnerOnly.makeFolder(path) } catch {
      throw .system(operation: "mkdir", file: error.path, errno: error.number)
    }
  }

  /// Takes the right to change the folder, until the returned file is let go.
  func lock() throws(DirectoryError) -> RawFile {
    let file = try RawFile(path: "\(path)/\(Self.lockName)", flags: O_RDWR | O_CREAT)
    try file.lock()
    return file
  }

  /// Reads the list; nil where nothing was ever loaded.
  func readList() throws(DirectoryError) -> DirectoryList? { try Self.readList(path: path) }

  private static func readList(path: String) throws(DirectoryError) -> DirectoryList? {
    let listPath = "\(path)/\(listName)"
    guard FileStamp.of(path: listPath) != nil else { return nil }
    let file: RawFile
    do throws(DirectoryError) {
      file = try RawFile(path: listPath, flags: O_RDONLY)
    } catch {
      if case .system(_, _, ENOENT) = error { return nil }
      throw error
    }
    let byteCount = try file.status().byteCount
    guard byteCount <= DirectoryList.bytesMax else { throw .foreign(file: listName) }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    let result: Result<Void, DirectoryError> = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(DirectoryError) in try file.read(into: buffer, at: 0) }
    }
    try result.get()
    return try DirectoryList(bytes: bytes)
  }

  /// The names of the files that make a directory up, the list last; nil where nothing was ever loaded.
  ///
  /// - Parameter path: The folder.
  /// - Returns: The names.
  /// - Throws: ``DirectoryError``.
  package static func filesInForce(path: String) throws(DirectoryError) -> [String]? {
    guard let list = try readList(path: path) else { return nil }
    return [list.base, list.delta].compactMap(\.self).map(fileName) + [listName]
  }

  /// Puts a list in force: whoever opens the folder from now on sees its files, and all of them are on the disk.
  func replaceList(by list: DirectoryList) throws(DirectoryError) {
    let temporary = "\(listPath).new"
    let file = try RawFile(path: temporary, flags: O_RDWR | O_CREAT | O_TRUNC)
    let bytes = list.bytes
    let result: Result<Void, DirectoryError> = bytes.withUnsafeBytes { buffer in
      Result { () throws(DirectoryError) in try file.write(buffer, at: 0) }
    }
    try result.get()
    try file.sync()
    try rename(temporary, to: listPath)
  }

  /// Gives a file its name, and waits until the folder on the disk knows it.
  func rename(_ source: String, to target: String) throws(DirectoryError) {
    guard Foundation.rename(source, target) == 0 else {
      throw .system(operation: "rename", file: URL(fileURLWithPath: target).lastPathComponent, errno: errno)
    }
    try RawFile(path: path, flags: O_RDONLY | O_DIRECTORY).sync()
  }

  /// The versions whose files lie in the folder, in force or not.
  func versionsPresent() -> [UInt64] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("residents-"), name.hasSuffix(".dir") else { return nil }
      return UInt64(name.dropFirst("residents-".count).dropLast(".dir".count))
    }
  }

  /// Removes files that the list does not name: older versions, and what an interrupted load left.
  ///
  /// It needs the lock. A process that has such a file mapped keeps it until it lets it go.
  func removeUnlisted(keeping list: DirectoryList?) {
    let kept = Set([list?.base, list?.delta].compactMap(\.self).map(Self.fileName))
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names {
      let isOurs = name.hasPrefix("residents-") || name.hasPrefix("scratch-") || name == "\(Self.listName).new"
      if isOurs, !kept.contains(name) { unlink("\(path)/\(name)") }
    }
  }
}

/// Which files are in force.
struct DirectoryList: Equatable, Sendable {
  /// The version of the directory: that of its newest file.
  var version: UInt64
  /// The version of the base.
  var base: UInt64
  /// The version of the delta over it, if there is one.
  var delta: UInt64?
  /// Which loads made them; none on the embedded log, where there is one folder.
  var loads = ResidentLoads()

  static let bytesMax = 16 << 10
  private static let title = "lodging resident directory 1"

  init(version: UInt64, base: UInt64, delta: UInt64?, loads: ResidentLoads = ResidentLoads()) {
    self.version = version
    self.base = base
    self.delta = delta
    self.loads = loads
  }

  /// The list as lines of text, the last of which is a checksum of the others.
  var bytes: [UInt8] {
    var text = "\(Self.title)\nversion \(version)\nbase \(base)\n"
    if let delta { text += "delta \(delta)\n" }
    for load in loads.held { text += "load \(load)\n" }
    for load in loads.due { text += "due \(load)\n" }
    let sum = Array(text.utf8).withUnsafeBytes { DirectoryFileKey.openChecksum($0) }
    return Array("\(text)sum \(sum)\n".utf8)
  }

  /// Reads a list.
  ///
  /// - Throws: `DirectoryError.foreign` or `.damaged`.
  init(bytes: [UInt8]) throws(DirectoryError) {
    let file = DirectoryFolder.listName
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.first == Self.title[...] else { throw .foreign(file: file) }
    var values: [Substring: UInt64] = [:]
    var loads = ResidentLoads()
    for line in lines.dropFirst() {
      let parts = line.split(separator: " ")
      guard parts.count == 2, let value = UInt64(parts[1]) else { throw .damaged(file: file, part: .list) }
      switch parts[0] {
      case "load": loads.held.append(value)
      case "due": loads.due.append(value)
      default: values[parts[0]] = value
      }
    }
    guard let version = values["version"], let base = values["base"] else { throw .damaged(file: file, part: .list) }
    self.init(version: version, base: base, delta: values["delta"], loads: loads)
    // A list is written in one way only, so it is whole if writing it again gives the same bytes, checksum included.
    guard self.bytes == bytes else { throw .damaged(file: file, part: .list) }
  }
}
