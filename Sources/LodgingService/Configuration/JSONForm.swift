import Foundation

/// What is wrong with the form of a JSON text that a lenient reader takes all the same: of a name that stands twice it takes one value in
/// silence, and it passes a comma over behind which nothing comes.
enum JSONForm {
  /// An object or array that is open.
  private struct Level {
    var isObject: Bool
    var names: Set<String> = []
    var awaitsName: Bool
  }

  /// The first such fault with its line, for people; nil where there is none.
  ///
  /// The text is otherwise taken to be JSON.
  static func problem(in text: Data) -> String? {
    let bytes = [UInt8](text)
    var levels: [Level] = []
    var line = 1
    var isBehindComma = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      case UInt8(ascii: "\""):
        let end = endOfString(bytes, from: index)
        if let last = levels.indices.last, levels[last].isObject, levels[last].awaitsName {
          levels[last].awaitsName = false
          let name = Self.name(bytes[index..<end])
          guard levels[last].names.insert(name).inserted else { return "line \(line): \(name) stands there twice" }
        }
        (isBehindComma, index) = (false, end - 1)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        levels.append(Level(isObject: byte == UInt8(ascii: "{"), awaitsName: byte == UInt8(ascii: "{")))
        isBehindComma = false
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard !isBehindComma else { return "line \(line): nothing comes behind a comma" }
        _ = levels.popLast()
      case UInt8(ascii: ","):
        isBehindComma = true
        if let last = levels.indices.last { levels[last].awaitsName = levels[last].isObject }
      default: isBehindComma = false
      }
      index += 1
    }
    return nil
  }

  /// Behind the quotation mark that ends the string which begins here.
  private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(index + 1, bytes.count)
  }

  /// The text of a string with its quotation marks: the same name may be written in several ways.
  private static func name(_ quoted: ArraySlice<UInt8>) -> String {
    (try? JSONDecoder().decode(String.self, from: Data(quoted))) ?? String(decoding: quoted, as: UTF8.self)
  }
}
