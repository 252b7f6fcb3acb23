import Testing

struct ImportRulesTests {
  private func target(_ name: String, _ dependencies: [String] = [], type: String = "regular") -> PackageDescription.Target {
    PackageDescription.Target(
      name: name, type: type, path: nil, exclude: [], resources: [], dependencies: dependencies.map(PackageDescription.Dependency.init))
  }

  /// A package of all known targets, some with dependencies, and some more.
  private func package(_ changed: [PackageDescription.Target]) -> PackageDescription {
    let names = Set(changed.map(\.name))
    return PackageDescription(targets: changed + ImportRules.roles.keys.filter { !names.contains($0) }.sorted().map { target($0) })
  }

  @Test(
    "A dependency that points outward or sideways is refused",
    arguments: [
      ("LodgingDomain", "LodgingWire"), ("LodgingWire", "LodgingPipeline"), ("LodgingPipeline", "LodgingStore"),
      ("LodgingStore", "LodgingKafka"), ("LodgingKafka", "LodgingFiles"), ("KafkaClient", "LodgingDomain"),
      ("LodgingService", "LodgingTesting"), ("LodgingStore", "LodgingTesting"), ("LodgingKafka", "KafkaMock"), ("lodging", "LodgingStore"),
      ("LodgingPipeline", "CSodium"),
    ])
  func outward(from: String, to: String) {
    let violations = ImportRules.directionViolations(package([target(from, [to])]))
    #expect(violations.count == 1)
    #expect(violations.first?.message.contains("\(from) (") == true)
  }

  @Test(
    "A dependency that points inward is taken",
    arguments: [
      ("LodgingWire", "LodgingDomain"), ("LodgingPipeline", "LodgingWire"), ("LodgingStore", "LodgingPipeline"),
      ("LodgingKafka", "KafkaClient"), ("LodgingService", "LodgingStore"), ("lodging", "LodgingService"), ("kafka-mock", "KafkaMock"),
      ("LodgingWire", "Crypto"),
    ])
  func inward(from: String, to: String) {
    #expect(ImportRules.directionViolations(package([target(from, [to])])).isEmpty)
  }

  @Test("Tests may use everything; a target without a part is refused, and so is a part without a target")
  func roles() {
    #expect(ImportRules.directionViolations(package([target("AnyTests", ["LodgingTesting", "KafkaMock"], type: "test")])).isEmpty)
    #expect(ImportRules.directionViolations(package([target("Newcomer")])).map(\.place) == ["Package.swift"])
    let violations = ImportRules.directionViolations(PackageDescription(targets: [target("LodgingDomain")]))
    #expect(violations.count == ImportRules.roles.count - 1)
    #expect(violations.allSatisfy { $0.place == "ImportRules.roles" })
  }

  @Test(
    "An import in every spelling is found",
    arguments: [
      "import Foundation", "public import Foundation", "@testable import Foundation", "  internal import struct Foundation.Data",
      "@preconcurrency public import Foundation", "let a = 1; import Foundation", "import Foundation // why",
      "@_exported import Foundation",
    ])
  func spellings(source: String) {
    #expect(ImportRules.imports(in: "\n" + source).map(\.module) == ["Foundation"])
    #expect(ImportRules.imports(in: "\n" + source).map(\.line) == [2])
  }

  @Test(
    "What only looks like an import is not one",
    arguments: [
      "// import Foundation", "let text = \"import Foundation\"", "/* \n import Foundation */", "func importFile() {}", "let x = import_",
    ])
  func noImport(source: String) {
    #expect(ImportRules.imports(in: source).isEmpty)
  }

  @Test("An import that is not declared, or not for the target, is refused at its line")
  func undeclared() {
    let description = PackageDescription(targets: [target("LodgingDomain"), target("LodgingStore", ["LodgingDomain"])])
    func violations(_ path: String, _ text: String) -> [Violation] {
      ImportRules.importViolations(description, files: [RepositoryFile(path: path, text: text)]).filter { $0.line != nil }
    }
    #expect(violations("Sources/LodgingDomain/A.swift", "\nimport Foundation").map(\.line) == [2])
    #expect(violations("Sources/LodgingStore/A.swift", "import LodgingWire\nimport LodgingDomain").map(\.line) == [1])
    #expect(violations("Sources/LodgingStore/A.swift", "import Testing").map(\.line) == [1])
    #expect(violations("Sources/LodgingStore/A.swift", "import Foundation\nimport LodgingDomain").isEmpty)
  }

  @Test("A dependency that no file imports is refused")
  func unused() {
    let description = PackageDescription(targets: [target("LodgingStore", ["LodgingDomain", "GRDB"])])
    let file = RepositoryFile(path: "Sources/LodgingStore/A.swift", text: "import LodgingDomain")
    let violations = ImportRules.importViolations(description, files: [file])
    #expect(violations.map(\.message) == ["target LodgingStore declares GRDB, which none of its files imports"])
    let running = PackageDescription(targets: [target("lodging", type: "executable"), target("RunTests", ["lodging"], type: "test")])
    #expect(ImportRules.importViolations(running, files: []).isEmpty)
  }
}
