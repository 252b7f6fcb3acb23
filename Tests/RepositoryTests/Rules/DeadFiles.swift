/// Files that nothing uses.
enum DeadFiles {
  /// Kinds of files that a target builds.
  private static let built = [".swift", ".c", ".h", ".modulemap"]
  /// Programs in another language, which the Makefile runs and no target builds, with what they need.
  private static let foreign = [
    "loadtest/README.md", "loadtest/ceiling/", "loadtest/chaos/", "loadtest/peers/", "loadtest/results/", "loadtest/run.py",
    "loadtest/runner/",
  ]

  /// Files under `Sources`, `Tests` and `loadtest` that no target builds, bundles or excludes, and stand-ins for files to come.
  static func sourceViolations(_ package: PackageDescription, files: [RepositoryFile]) -> [Violation] {
    files.compactMap { file in
      if foreign.contains(where: file.path.hasPrefix) { return nil }
      if file.name == "Placeholder.swift" { return Violation(file.path, "a stand-in: remove it") }
      guard let target = package.targets.first(where: { file.path.hasPrefix($0.folder + "/") }) else {
        return Violation(file.path, "belongs to no target")
      }
      let named = (target.exclude + target.resources.map(\.path)).map { "\(target.folder)/\($0)" }
      let isNamed = named.contains { file.path == $0 || file.path.hasPrefix($0 + "/") }
      return isNamed || built.contains(where: file.path.hasSuffix) ? nil : Violation(file.path, "target \(target.name) does not use it")
    }
  }

  /// Samples and examples that no test names, neither the file nor its folder.
  static func sampleViolations(_ samples: [RepositoryFile], tests: [RepositoryFile]) -> [Violation] {
    samples.filter { sample in
      let folder = sample.path.split(separator: "/").dropLast().joined(separator: "/")
      return !tests.contains { $0.text.contains(sample.name) || $0.text.contains(folder) }
    }.map { Violation($0.path, "no test names this file or its folder") }
  }
}
