/// What the documents at the root must hold.
enum DocumentRules {
  /// How far into README.md the two commands must stand.
  static let readmeHead = 15

  /// README.md shows how to try and how to test in its first lines.
  static func readmeViolations(_ text: String) -> [Violation] {
    let head = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(readmeHead).joined(separator: "\n")
    return ["make demo", "make test"].filter { !head.contains($0) }.map {
      Violation("README.md", "its first \(readmeHead) lines do not show `\($0)`")
    }
  }

  /// The licence is the one that the README names.
  static func licenceViolations(_ text: String?) -> [Violation] {
    guard let text else { return [Violation("LICENSE", "is missing")] }
    let parts = ["Apache License", "Version 2.0, January 2004", "END OF TERMS AND CONDITIONS"]
    return parts.allSatisfy(text.contains) ? [] : [Violation("LICENSE", "is not the whole text of the Apache License 2.0")]
  }

  /// Links from one document to a file that does not exist.
  static func linkViolations(in document: RepositoryFile, exists: (String) -> Bool) -> [Violation] {
    let folder = document.path.split(separator: "/").dropLast().joined(separator: "/")
    return document.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
      targets(in: line).filter { !exists(folder.isEmpty ? $0 : "\(folder)/\($0)") }.map {
        Violation(document.path, line: index + 1, "links to \($0), which does not exist")
      }
    }
  }

  /// The files that a line of Markdown links to, without addresses and without the part behind `#`.
  private static func targets(in line: Substring) -> [String] {
    line.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
      guard let end = rest.firstIndex(of: ")") else { return nil }
      let target = rest[..<end].prefix { $0 != "#" }
      return target.isEmpty || target.contains("://") || target.hasPrefix("mailto:") ? nil : String(target)
    }
  }
}
