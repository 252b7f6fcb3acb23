import Foundation
import Testing

struct PackageDescriptionTests {
  @Test("The toolchain's description is read with its three kinds of dependencies")
  func decoding() throws {
    let json = """
      {"targets": [{"name": "A", "type": "regular", "exclude": ["b"], "resources": [{"path": "c", "rule": {}}], "dependencies": [
        {"byName": ["D", null]}, {"product": ["E", "e", null, null]}, {"target": ["F", null]}]},
        {"name": "G", "type": "executable", "path": "g/h", "exclude": [], "resources": [], "dependencies": []}]}
      """
    let package = try JSONDecoder().decode(PackageDescription.self, from: Data(json.utf8))
    #expect(package.targets.map(\.dependencyNames) == [["D", "E", "F"], []])
    #expect(package.targets.map(\.folder) == ["Sources/A", "g/h"])
  }

  @Test("A dependency of a kind that is not known is an error, not left out")
  func unknownKind() {
    let json = #"{"targets": [{"name": "A", "type": "regular", "exclude": [], "resources": [], "dependencies": [{"new": ["D"]}]}]}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(PackageDescription.self, from: Data(json.utf8)) }
  }

  @Test("The manifest of this package is read while its tests run")
  func thisPackage() throws {
    #expect(try PackageDescription.dump(root: Repository.root).targets.contains { $0.name == "RepositoryTests" })
  }
}
