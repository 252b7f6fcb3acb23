/// Swift source with comments and the text of string literals blanked, line by line in its old place; code inside an interpolation stays.
struct SwiftCode {
  /// The code, as long as the source.
  let bytes: [UInt8]

  init(_ source: String) {
    var blanker = Blanker(Array(source.utf8))
    blanker.run()
    bytes = blanker.output
  }

  /// The code's lines.
  var lines: [Substring] { String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) }
}

/// Walks over source once and keeps what is code.
private struct Blanker {
  /// What surrounds the place that is looked at.
  private enum Context {
    /// Code; inside an interpolation with so many open parentheses.
    case code(parentheses: Int)
    /// The text of a string literal with so many `#` around it.
    case text(hashes: Int, multiline: Bool)
  }

  /// The bytes at which something other than code can begin or an interpolation end.
  private static let marksInCode = Set("/\"#()".utf8)

  private let input: [UInt8]
  private(set) var output: [UInt8]
  private var position = 0
  private var contexts: [Context] = [.code(parentheses: 0)]

  init(_ input: [UInt8]) {
    self.input = input
    output = input
  }

  mutating func run() {
    while position < input.count {
      switch contexts.last {
      case .text(let hashes, let multiline): stepInText(hashes: hashes, multiline: multiline)
      case .code(let parentheses): stepInCode(parentheses: parentheses)
      case nil: contexts = [.code(parentheses: 0)]
      }
    }
  }

  private mutating func stepInCode(parentheses: Int) {
    position = input[position...].firstIndex { Self.marksInCode.contains($0) } ?? input.count
    guard position < input.count else { return }
    if starts(with: "//") { return blank(until: { $0 == UInt8(ascii: "\n") }) }
    if starts(with: "/*") { return blankComment() }
    let hashes = countHashes(at: position)
    if starts(with: "\"", at: position + hashes) {
      let multiline = starts(with: "\"\"\"", at: position + hashes)
      blank(hashes + (multiline ? 3 : 1))
      contexts.append(.text(hashes: hashes, multiline: multiline))
      return
    }
    if contexts.count > 1 {
      if starts(with: "(") { contexts[contexts.count - 1] = .code(parentheses: parentheses + 1) }
      if starts(with: ")") {
        if parentheses == 1 { contexts.removeLast() } else { contexts[contexts.count - 1] = .code(parentheses: parentheses - 1) }
      }
    }
    position += max(1, hashes)
  }

  private mutating func stepInText(hashes: Int, multiline: Bool) {
    blank(until: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") })
    guard position < input.count else { return }
    let marks = String(repeating: "#", count: hashes)
    let end = (multiline ? "\"\"\"" : "\"") + marks
    if starts(with: "\\" + marks + "(") {
      blank(hashes + 1)
      position += 1
      contexts.append(.code(parentheses: 1))
    } else if starts(with: "\\" + marks) {
      blank(hashes + 2)
    } else if starts(with: end) {
      blank(end.utf8.count)
      contexts.removeLast()
    } else {
      blank(1)
    }
  }

  private mutating func blankComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        blank(2)
      } else if starts(with: "*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && position < input.count
  }

  private mutating func blank(until isEnd: (UInt8) -> Bool) {
    blank((input[position...].firstIndex(where: isEnd) ?? input.count) - position)
  }

  private mutating func blank(_ count: Int) {
    for index in position..<min(position + count, input.count) where input[index] != UInt8(ascii: "\n") {
      output[index] = UInt8(ascii: " ")
    }
    position += count
  }

  private func starts(with text: String, at place: Int? = nil) -> Bool {
    input[min(place ?? position, input.count)...].starts(with: text.utf8)
  }

  private func countHashes(at place: Int) -> Int {
    input[place...].prefix { $0 == UInt8(ascii: "#") }.count
  }
}
