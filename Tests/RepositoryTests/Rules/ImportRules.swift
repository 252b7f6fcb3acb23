/// Which target may depend on which, and what each may import.
enum ImportRules {
  /// The part a target plays; dependencies between targets are allowed by part.
  enum Role: Sendable {
    /// A module map over a C library.
    case system
    /// Values and rules.
    case domain
    /// Bytes and values.
    case wire
    /// Ports and loops.
    case pipeline
    /// Swift over a C library, without a word of the subject.
    case client
    /// What a program sets up for its own process, without a word of the subject.
    case process
    /// What fills a port or reads a format.
    case adapter
    /// What puts adapters together.
    case composition
    /// A command line.
    case program
    /// A program that measures the register, or parts of it.
    case measurement
    /// A double of an outside system.
    case double
    /// What only tests see.
    case testSupport
    /// A program that only tests run.
    case testProgram
    /// Tests.
    case test

    /// The parts that this one may depend on.
    var mayUse: Set<Role> {
      switch self {
      case .system, .domain: []
      case .wire: [.system, .domain]
      case .pipeline: [.domain, .wire]
      case .client, .process, .double: [.system]
      case .adapter: [.system, .domain, .wire, .pipeline, .client]
      case .composition: [.domain, .wire, .pipeline, .adapter]
      case .program: [.domain, .process, .composition, .double]
      // A measurement may look at a cluster past the register, as anybody could.
      case .measurement: [.domain, .wire, .pipeline, .client, .process, .adapter, .composition]
      case .testProgram: [.domain, .wire, .pipeline, .adapter, .composition]
      case .testSupport: [.system, .domain, .wire, .pipeline]
      case .test: [.system, .domain, .wire, .pipeline, .client, .adapter, .composition, .program, .double, .testSupport, .testProgram]
      }
    }
  }

  /// The part of each target.
  static let roles: [String: Role] = [
    "CCSV": .system, "CJemalloc": .system, "CLibXML2": .system, "CRdkafka": .system, "CSodium": .system, "CZip": .system,
    "LodgingDomain": .domain,
    "LodgingWire": .wire,
    "LodgingPipeline": .pipeline,
    "KafkaClient": .client,
    "ProcessAllocator": .process,
    "LodgingAudit": .adapter, "LodgingFiles": .adapter, "LodgingGateway": .adapter, "LodgingKafka": .adapter, "LodgingStore": .adapter,
    "LodgingSynthetic": .adapter,
    "LodgingService": .composition,
    "lodging": .program, "kafka-mock": .program, "lodging-load": .measurement, "log-bench": .measurement,
    "wire-bench": .measurement,
    "KafkaMock": .double,
    "LodgingTesting": .testSupport, "TestThreads": .testSupport, "next-lodging": .testProgram,
  ]

  /// What the toolchain brings and anything but the domain and the Kafka client may import.
  static let toolchain: Set<String> = ["Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization"]

  /// What of the toolchain these may import instead.
  static let toolchainOf: [String: Set<String>] = [
    "LodgingDomain": [],
    "KafkaClient": ["Foundation", "Synchronization"],
    "TestThreads": ["Dispatch", "Foundation", "Testing"],
  ]

  /// Targets whose part forbids a dependency that the manifest declares, and targets without a part.
  static func directionViolations(_ package: PackageDescription) -> [Violation] {
    let names = Set(package.targets.map(\.name))
    let stale = roles.keys.filter { !names.contains($0) }.sorted()
    return stale.map { Violation("ImportRules.roles", "names \($0), which is no target: remove the row") }
      + package.targets.flatMap { target -> [Violation] in
        guard let role = role(of: target) else {
          return [Violation("Package.swift", "target \(target.name) has no part: add a row to ImportRules.roles")]
        }
        return target.dependencyNames.filter { names.contains($0) }.compactMap { used in
          guard let usedRole = roles[used], !role.mayUse.contains(usedRole) else { return nil }
          return Violation("Package.swift", "target \(target.name) (\(role)) may not depend on \(used) (\(usedRole))")
        }
      }
  }

  /// Imports that the manifest does not declare or the target may not make, and dependencies that no file imports; a program is depended upon to be
  /// there when tests run it.
  static func importViolations(_ package: PackageDescription, files: [RepositoryFile]) -> [Violation] {
    let programs = package.targets.filter { $0.type == "executable" }.map(\.name)
    return package.targets.filter { $0.type != "system" }.flatMap { target -> [Violation] in
      let declared = Set(target.dependencyNames)
      let tools = toolchainOf[target.name] ?? toolchain.union(target.type == "test" ? ["Testing"] : [])
      var imported: Set<String> = []
      var violations: [Violation] = []
      for file in files where file.path.hasPrefix(target.folder + "/") && file.path.hasSuffix(".swift") {
        for (line, module) in imports(in: file.text) {
          imported.insert(module)
          if !declared.contains(module), !tools.contains(module) {
            let message = "\(target.name) may not import \(module): undeclared, or not for this target"
            violations.append(Violation(file.path, line: line, message))
          }
        }
      }
      return violations
        + declared.subtracting(imported).subtracting(programs).sorted().map {
          Violation("Package.swift", "target \(target.name) declares \($0), which none of its files imports")
        }
    }
  }

  /// The modules that a source imports, with the line of each.
  static func imports(in source: String) -> [(line: Int, module: String)] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return SwiftCode(source).lines.enumerated().flatMap { index, line in
      line.split(separator: ";").compactMap { statement -> (line: Int, module: String)? in
        let words = statement.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let place = words.firstIndex(of: "import"), words[..<place].allSatisfy(isAttributeOrAccess) else { return nil }
        guard let module = words[(place + 1)...].first(where: { !kinds.contains($0) })?.split(separator: ".").first else { return nil }
        return (index + 1, String(module))
      }
    }
  }

  private static func isAttributeOrAccess(_ word: Substring) -> Bool {
    word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
  }

  private static func role(of target: PackageDescription.Target) -> Role? {
    target.type == "test" ? .test : roles[target.name]
  }
}
