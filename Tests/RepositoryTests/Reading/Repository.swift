import Foundation
import Testing

/// A file of the repository.
struct RepositoryFile: Sendable {
  /// The path from the repository's root, with `/`.
  let path: String
  /// The text; empty where the file is none.
  let text: String

  /// The last part of the path.
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// Whether a generator wrote it.
  var isGenerated: Bool { path.hasSuffix(".pb.swift") }
}

/// The repository that these tests were built from.
enum Repository {
  /// The folder of `Package.swift`.
  static let root = URL(filePath: #filePath, directoryHint: .notDirectory)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every file under these folders, sorted; hidden files are left out, folders that do not exist are empty.
  static func files(under folders: [String]) throws -> [RepositoryFile] {
    try folders.flatMap { folder -> [RepositoryFile] in
      let base = root.appending(path: folder, directoryHint: .isDirectory)
      let paths = FileManager.default.enumerator(atPath: base.path(percentEncoded: false))?.compactMap { $0 as? String } ?? []
      return try paths.sorted().compactMap { path -> RepositoryFile? in
        guard !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { return nil }
        return try file(at: "\(folder)/\(path)")
      }
    }
  }

  /// One file, nil where there is none or a folder.
  static func file(at path: String) throws -> RepositoryFile? {
    let url = root.appending(path: path)
    guard try url.resourceValuesIfReachable()?.isRegularFile == true else { return nil }
    return RepositoryFile(path: path, text: String(decoding: try Data(contentsOf: url), as: UTF8.self))
  }

  /// Whether a file or folder stands at a path.
  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
  }
}

extension URL {
  fileprivate func resourceValuesIfReachable() throws -> URLResourceValues? {
    guard FileManager.default.fileExists(atPath: path(percentEncoded: false)) else { return nil }
    return try resourceValues(forKeys: [.isRegularFileKey])
  }
}

/// A place where the repository breaks one of its rules.
struct Violation: Hashable, Sendable, CustomStringConvertible {
  /// The file, or what else the rule is about.
  let place: String
  /// The line from 1, nil where it is about the whole.
  let line: Int?
  /// What is wrong and what to do instead.
  let message: String

  init(_ place: String, line: Int? = nil, _ message: String) {
    self.place = place
    self.line = line
    self.message = message
  }

  var description: String { "\(place)\(line.map { ":\($0)" } ?? ""): \(message)" }
}

/// Fails the running test where there are violations, and lists them.
func report(_ violations: [Violation], at location: SourceLocation = #_sourceLocation) {
  guard !violations.isEmpty else { return }
  let list = violations.map { "\n  \($0)" }.joined()
  Issue.record("\(violations.count) violations:\(list)", sourceLocation: location)
}
