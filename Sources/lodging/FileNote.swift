import Foundation

/// Says something to the person at the terminal, on stderr.
enum FileNote {
  static func write(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
