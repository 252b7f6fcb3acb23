/// How long files and functions may be.
enum LengthRules {
  /// Lines of a function from its declaration to its closing brace: a hard limit.
  static let functionLinesMax = 70
  /// Lines of a file, but for those in ``longFiles``.
  static let fileLinesMax = 500
  /// Files that are longer, with their length.
  ///
  /// A length may fall and never rise. New rows need a reason.
  static let longFiles: [String: Int] = [:]

  /// Files over their limit, and rows that are not needed any more.
  static func fileViolations(_ files: [RepositoryFile], longFiles: [String: Int] = longFiles) -> [Violation] {
    let lengths = Dictionary(
      files.filter { !$0.isGenerated && $0.path.hasSuffix(".swift") }.map { ($0.path, lineCount($0.text)) }, uniquingKeysWith: max)
    let tooLong = lengths.filter { $1 > max(fileLinesMax, longFiles[$0] ?? 0) }.map { path, lines in
      Violation(path, "\(lines) lines; at most \(max(fileLinesMax, longFiles[path] ?? 0)): split it by subject")
    }
    let stale = longFiles.keys.filter { (lengths[$0] ?? 0) <= fileLinesMax }.map {
      Violation($0, "is in LengthRules.longFiles and needs it no more: remove the row")
    }
    return (tooLong + stale).sorted { $0.place < $1.place }
  }

  /// Functions of a file over the limit.
  static func functionViolations(in file: RepositoryFile) -> [Violation] {
    guard !file.isGenerated else { return [] }
    return SwiftFunctions.lengths(in: file.text).filter { $0.lines > functionLinesMax }.map {
      Violation(file.path, line: $0.line, "\($0.name) has \($0.lines) lines; at most \(functionLinesMax): split it by event or step")
    }
  }

  private static func lineCount(_ text: String) -> Int {
    text.utf8.count { $0 == UInt8(ascii: "\n") }
  }
}
