/// Says something to the person at the terminal, on stderr.
enum FileNote {
  static func write(_ text: String) { StandardStream.errors(text + "\n") }
}
