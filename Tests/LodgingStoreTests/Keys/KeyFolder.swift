import Foundation
import LodgingDomain
import LodgingStore

/// A folder of its own for one test, which is removed with everything in it.
final class KeyFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var ring: String { path + "/" + FileKeyRing.fileName }

  var text: String { get throws { String(decoding: try Data(contentsOf: URL(fileURLWithPath: ring)), as: UTF8.self) } }

  var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }

  func write(_ text: String, mode: Int = 0o600) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: ring))
    try setMode(mode)
  }

  func setMode(_ mode: Int) throws { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: ring) }

  func mode(of name: String = FileKeyRing.fileName) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
  }
}

/// An instant by its text.
func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }
