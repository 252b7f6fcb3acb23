/// Names that must not appear in some part of the sources, each with what to use instead.
struct BannedName: Sendable {
  /// The spelling; where it begins with a letter it is not matched inside a longer name or behind a dot.
  let name: String
  /// The beginnings of the paths where it is banned.
  let paths: [String]
  /// What to do instead.
  let instead: String
  /// Paths where it may stand, each with the reason.
  let allowed: [String: String]

  init(_ name: String, in paths: [String], instead: String, allowed: [String: String] = [:]) {
    self.name = name
    self.paths = paths
    self.instead = instead
    self.allowed = allowed
  }

  /// The house's list.
  static let all: [BannedName] =
    ["Date()", "Date.now", "ContinuousClock", "SuspendingClock"].map {
      BannedName($0, in: domain, instead: "take the time as an argument")
    }
    + ["UUID()", "SystemRandomNumberGenerator", ".random(", ".randomElement(", ".shuffled("].map {
      BannedName($0, in: domain, instead: "take the id or the random value as an argument")
    }
    + ["print(", "debugPrint(", "dump("].map {
      BannedName(
        $0, in: ["Sources/Lodging", "Sources/Kafka"], instead: "return the value, throw, or log: only the command line writes to stdout")
    }
    + [
      BannedName("try!", in: sources, instead: "throw on, or handle the error"),
      BannedName("as!", in: sources, instead: "use as? and handle nil"),
      BannedName("fatalError(", in: sources, instead: "throw; input never stops a process"),
    ]
    + ["Thread.sleep", "Task.sleep", "usleep(", "sleep(", "nanosleep("].map {
      BannedName($0, in: ["Tests/", "Sources/LodgingTesting/"], instead: "wait for the event, or move the clock by hand")
    }

  private static let domain = ["Sources/LodgingDomain/"]
  private static let sources = ["Sources/"]

  /// Where a file uses a banned name in code; comments and string literals do not count.
  static func violations(in file: RepositoryFile, rules: [BannedName] = all) -> [Violation] {
    let rules = rules.filter { rule in
      rule.allowed[file.path] == nil && rule.paths.contains { file.path.hasPrefix($0) } && file.text.contains(rule.name)
    }
    guard !rules.isEmpty, !file.isGenerated else { return [] }
    return SwiftCode(file.text).lines.enumerated().flatMap { index, line in
      rules.filter { $0.occurs(in: line) }.map { Violation(file.path, line: index + 1, "\($0.name) is banned here: \($0.instead)") }
    }
  }

  /// Allowances that nothing needs any more.
  static func staleAllowances(files: [RepositoryFile], rules: [BannedName] = all) -> [Violation] {
    rules.flatMap { rule in
      rule.allowed.keys.sorted().filter { path in
        let uses = files.first { $0.path == path }.map { SwiftCode($0.text).lines.contains(where: rule.occurs) }
        return uses != true
      }.map { Violation("BannedName.all", "\(rule.name) is allowed in \($0), which does not use it: remove the allowance") }
    }
  }

  private func occurs(in line: Substring) -> Bool {
    line.ranges(of: name).contains { range in
      guard name.first?.isLetter == true, range.lowerBound > line.startIndex else { return true }
      let before = line[line.index(before: range.lowerBound)]
      return !(before.isLetter || before.isNumber || before == "_" || before == ".")
    }
  }
}
