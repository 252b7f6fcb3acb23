import Foundation

/// A disk of its own for a test, in memory, small and gone with this object; only root may mount one.
final class SmallDisk: Sendable {
  struct Refused: Error {}

  let path: String

  /// Whether this process may mount a disk.
  static let isPossible = (try? SmallDisk(mebibytes: 1)) != nil

  init(mebibytes: Int) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("disk-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard Self.run("mount", ["-t", "tmpfs", "-o", "size=\(mebibytes)m", "tmpfs", path]) else {
      try FileManager.default.removeItem(atPath: path)
      throw Refused()
    }
  }

  deinit {
    // Files that are still open keep the disk until they are closed, and no longer its name.
    if Self.run("umount", ["-l", path]) { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Fills the disk but for so many bytes.
  func fill(leaving bytes: Int) throws {
    let free = try FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int ?? 0
    try Data(count: max(0, free - bytes)).write(to: filler)
  }

  /// Removes what fills it.
  func makeRoom() throws { try FileManager.default.removeItem(at: filler) }

  private var filler: URL { URL(fileURLWithPath: "\(path)/filler") }

  private static func run(_ tool: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
