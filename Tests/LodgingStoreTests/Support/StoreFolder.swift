import Foundation

/// A folder of its own for a test's files, removed with this object.
final class StoreFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Copies the files as they are on the disk now, as a machine finds them whose process was killed.
  func copy() throws -> StoreFolder {
    let folder = try StoreFolder()
    try FileManager.default.removeItem(atPath: folder.path)
    try FileManager.default.copyItem(atPath: path, toPath: folder.path)
    return folder
  }

  func size(_ name: String) throws -> UInt64 {
    try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.size] as? UInt64 ?? 0
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  /// Overwrites bytes in the middle of a file.
  func overwrite(_ name: String, at offset: UInt64, with bytes: [UInt8]) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(name)"))
    try handle.seek(toOffset: offset)
    try handle.write(contentsOf: Data(bytes))
    try handle.close()
  }

  func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

  /// Moves a file's time of change into the past.
  func makeOld(_ name: String, seconds: Int) throws {
    let past = Date(timeIntervalSinceNow: -TimeInterval(seconds))
    try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: "\(path)/\(name)")
  }
}
