import Testing

struct DeadFilesTests {
  private let package = PackageDescription(targets: [
    PackageDescription.Target(
      name: "A", type: "regular", path: nil, exclude: ["notes.md"], resources: [PackageDescription.Resource(path: "Resources")],
      dependencies: []),
    PackageDescription.Target(name: "ATests", type: "test", path: nil, exclude: [], resources: [], dependencies: []),
  ])

  private func places(_ paths: [String]) -> [String] {
    DeadFiles.sourceViolations(package, files: paths.map { RepositoryFile(path: $0, text: "") }).map(\.place)
  }

  @Test("Files that a target builds, bundles or excludes are taken")
  func used() {
    let paths = [
      "Sources/A/B.swift", "Sources/A/c/D.swift", "Sources/A/notes.md", "Sources/A/Resources/e.csv", "Tests/ATests/F.swift",
      "loadtest/chaos/chaos.py",
    ]
    #expect(places(paths).isEmpty)
  }

  @Test("Files outside every target, unknown files inside one, and stand-ins are refused")
  func dead() {
    let paths = [
      "Sources/B/C.swift", "Sources/A/left.txt", "Sources/A/Placeholder.swift", "Sources/loose.swift", "Tests/A/B.swift", "loadtest/a.py",
    ]
    #expect(places(paths) == paths)
  }

  @Test("A sample that no test names is refused; naming the file or its folder is enough")
  func samples() {
    let sample = RepositoryFile(path: "samples/guests.csv", text: "")
    let example = RepositoryFile(path: "schemas/examples/v1/check-in.binpb", text: "")
    let test = RepositoryFile(path: "Tests/A/B.swift", text: #"let a = "guests.csv", b = "schemas/examples/v1""#)
    #expect(DeadFiles.sampleViolations([sample, example], tests: [test]).isEmpty)
    let other = RepositoryFile(path: "Tests/A/B.swift", text: #"let a = "schemas/examples/v2""#)
    #expect(DeadFiles.sampleViolations([sample, example], tests: [other]).map(\.place) == [sample.path, example.path])
  }
}
