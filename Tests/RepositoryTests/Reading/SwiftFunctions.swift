/// Finds the functions of Swift source and how long they are.
enum SwiftFunctions {
  /// One function, initialiser, subscript or computed variable.
  struct Length: Equatable {
    /// Its name, or its keyword where it has none.
    let name: String
    /// The line of its keyword, from 1.
    let line: Int
    /// Lines from there to its closing brace, both counted.
    let lines: Int
  }

  /// All of a source, in order of their beginning; a function inside another is listed too and counts in both.
  static func lengths(in source: String) -> [Length] {
    let tokens = tokens(of: SwiftCode(source).bytes)
    return tokens.indices.compactMap { index in
      guard let name = declaration(at: index, tokens), let opening = bodyStart(after: index, tokens),
        let closing = matchingBrace(from: opening, tokens)
      else { return nil }
      return Length(name: name, line: tokens[index].line, lines: tokens[closing].line - tokens[index].line + 1)
    }
  }

  private struct Token {
    let text: String
    let line: Int
  }

  /// Words and single signs.
  private static func tokens(of code: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var word: [UInt8] = []
    var line = 1
    func endWord() {
      if !word.isEmpty { tokens.append(Token(text: String(decoding: word, as: UTF8.self), line: line)) }
      word = []
    }
    for byte in code {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...:
        word.append(byte)
      default:
        endWord()
        if byte == UInt8(ascii: "\n") { line += 1 }
        if byte > UInt8(ascii: " ") { tokens.append(Token(text: String(UnicodeScalar(byte)), line: line)) }
      }
    }
    endWord()
    return tokens
  }

  /// The name of what is declared at a keyword, nil where the token declares nothing with a body.
  private static func declaration(at index: Int, _ tokens: [Token]) -> String? {
    let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
    let previous = index > 0 ? tokens[index - 1].text : ""
    switch tokens[index].text {
    case "func", "var": return next
    case "init", "subscript": return previous != "." && ["(", "?", "!", "<"].contains(next) ? tokens[index].text : nil
    case "deinit": return "deinit"
    default: return nil
    }
  }

  private static let declarationWords: Set<String> = [
    "func", "var", "let", "init", "deinit", "subscript", "case", "struct", "class", "enum", "actor", "protocol", "extension", "typealias",
    "associatedtype", "import",
  ]

  /// The opening brace of a body; a variable with a value has none, and neither has a requirement of a protocol.
  private static func bodyStart(after index: Int, _ tokens: [Token]) -> Int? {
    var depth = 0
    for place in (index + 1)..<max(index + 1, tokens.count) {
      let text = tokens[place].text
      switch text {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "{" where depth == 0: return place
      case "}" where depth == 0: return nil
      case "=" where depth == 0 && tokens[index].text == "var": return nil
      default:
        if depth == 0, declarationWords.contains(text), place > index + 1, tokens[place - 1].text != "." { return nil }
      }
      if depth < 0 { return nil }
    }
    return nil
  }

  private static func matchingBrace(from opening: Int, _ tokens: [Token]) -> Int? {
    var depth = 0
    for place in opening..<tokens.count {
      if tokens[place].text == "{" { depth += 1 }
      if tokens[place].text == "}" { depth -= 1 }
      if depth == 0 { return place }
    }
    return nil
  }
}
