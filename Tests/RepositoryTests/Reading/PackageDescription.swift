import Foundation

/// What `swift package dump-package` says of the manifest.
struct PackageDescription: Decodable, Sendable {
  /// A target of the package.
  struct Target: Decodable, Sendable {
    let name: String
    let type: String
    let path: String?
    let exclude: [String]
    let resources: [Resource]
    let dependencies: [Dependency]

    /// The folder of its files.
    var folder: String { path ?? (type == "test" ? "Tests/\(name)" : "Sources/\(name)") }
    /// The targets and products that it names.
    var dependencyNames: [String] { dependencies.map(\.name) }
  }

  /// A file or folder that is bundled.
  struct Resource: Decodable, Sendable {
    let path: String
  }

  /// A target or product that a target names.
  struct Dependency: Sendable {
    let name: String
  }

  let targets: [Target]

  /// Asks the toolchain, with a build folder of its own, since the package's is locked while its tests run.
  static func dump(root: URL) throws -> PackageDescription {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "dump-package-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["swift", "package", "--scratch-path", scratch.path(percentEncoded: false), "dump-package"]
    process.currentDirectoryURL = root
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let json = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw DumpFailure(status: process.terminationStatus) }
    return try JSONDecoder().decode(PackageDescription.self, from: json)
  }

  struct DumpFailure: Error {
    let status: Int32
  }
}

extension PackageDescription.Dependency: Decodable {
  private enum Kind: String, CodingKey, CaseIterable {
    case byName
    case product
    case target
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Kind.self)
    guard let kind = Kind.allCases.first(where: container.contains) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "a dependency of unknown kind"))
    }
    var parts = try container.nestedUnkeyedContainer(forKey: kind)
    name = try parts.decode(String.self)
  }
}
