/// Marks of unfinished work, which belong in the tracker.
enum UnfinishedMarks {
  /// The marks, put together here so that this file has none.
  static let marks = ["TO" + "DO", "FIX" + "ME"]

  /// Lines of a file that carry a mark as a word of its own, comments included.
  static func violations(in file: RepositoryFile) -> [Violation] {
    guard !file.isGenerated, marks.contains(where: file.text.contains) else { return [] }
    return file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
      let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
      return marks.filter { words.contains(Substring($0)) }.map {
        Violation(file.path, line: index + 1, "\($0): finish it or leave it to the tracker")
      }
    }
  }
}
