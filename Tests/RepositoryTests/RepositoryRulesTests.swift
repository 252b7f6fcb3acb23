import Testing

/// The rules over this repository itself.
///
/// Each has tests of its own that show it red.
struct RepositoryRulesTests {
  private static let swiftFolders = ["Sources", "Tests", "loadtest"]

  @Test("Dependencies between targets point inward")
  func direction() throws {
    report(ImportRules.directionViolations(try PackageDescription.dump(root: Repository.root)))
  }

  @Test("Every import is declared and allowed, and every declared dependency is imported")
  func imports() throws {
    let package = try PackageDescription.dump(root: Repository.root)
    report(ImportRules.importViolations(package, files: try Repository.files(under: Self.swiftFolders)))
  }

  @Test("No banned name is used")
  func bannedNames() throws {
    let files = try Repository.files(under: Self.swiftFolders)
    report(files.flatMap { BannedName.violations(in: $0) } + BannedName.staleAllowances(files: files))
  }

  @Test("Nothing is marked unfinished")
  func unfinished() throws {
    let files = try Repository.files(under: Self.swiftFolders + ["schemas", "scripts", "samples"])
    report(files.flatMap(UnfinishedMarks.violations))
  }

  @Test("Files and functions are within their length")
  func lengths() throws {
    let files = try Repository.files(under: Self.swiftFolders).filter { $0.path.hasSuffix(".swift") }
    report(LengthRules.fileViolations(files) + files.flatMap(LengthRules.functionViolations))
  }

  @Test("Every source file belongs to a target, and none is a stand-in")
  func deadSources() throws {
    let package = try PackageDescription.dump(root: Repository.root)
    report(DeadFiles.sourceViolations(package, files: try Repository.files(under: Self.swiftFolders)))
  }

  @Test("Every sample and example is used by a test")
  func deadSamples() throws {
    let samples = try Repository.files(under: ["samples", "schemas/examples"])
    report(DeadFiles.sampleViolations(samples, tests: try Repository.files(under: ["Tests"])))
  }

  @Test("README shows the two commands, the licence is whole, and links between documents lead somewhere")
  func documents() throws {
    let readme = try #require(try Repository.file(at: "README.md"))
    let documents = try ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"].compactMap(Repository.file)
    report(
      DocumentRules.readmeViolations(readme.text) + DocumentRules.licenceViolations(try Repository.file(at: "LICENSE")?.text)
        + documents.flatMap { DocumentRules.linkViolations(in: $0, exists: Repository.exists) })
  }
}
