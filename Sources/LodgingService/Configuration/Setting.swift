/// One thing that can be set, by one name in a file, in the environment and on the command line.
package struct Setting: Sendable, Hashable {
  /// The name in a file: words with hyphens, with points between the levels of objects.
  package var key: String
  /// What it may be.
  package var kind: Kind
  /// What holds where nobody says; nil for nothing.
  package var initial: String?
  /// Whether it is never shown, and never taken from the command line, where every user of the machine can read it.
  package var isSecret: Bool
  /// What it is for, in one sentence.
  package var help: String

  /// What a setting may be.
  package enum Kind: Sendable, Hashable {
    /// Any text; the word says what, for help.
    case text(String)
    /// One of these.
    case choice([String])
    /// A whole number.
    case number(ClosedRange<Int>)
    /// Yes or no.
    case flag

    /// What is expected, in words.
    var expected: String {
      switch self {
      case .text(let what): what
      case .choice(let names): "one of \(names.joined(separator: ", "))"
      case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
      case .flag: "true or false"
      }
    }

    /// Whether a text is such a value.
    func takes(_ text: String) -> Bool {
      switch self {
      case .text: !text.isEmpty
      case .choice(let names): names.contains(text)
      case .number(let range): Int(text).map(range.contains) ?? false
      case .flag: text == "true" || text == "false"
      }
    }
  }

  init(_ key: String, _ kind: Kind, initial: String? = nil, isSecret: Bool = false, _ help: String) {
    self.key = key
    self.kind = kind
    self.initial = initial
    self.isSecret = isSecret
    self.help = help
  }

  /// What it may be, in words.
  package var expected: String { kind.expected }
  /// What it may be on the command line, in words.
  package var expectedOption: String {
    // Every command takes this one, as a flag.
    if key == "allow-create-time" { return "given without a value" }
    return kind == .flag ? "true or false; true where no value is given" : kind.expected
  }
  /// The parts of the key.
  var components: [String] { key.split(separator: ".").map(String.init) }
  /// The name on the command line.
  package var option: String { "--" + key.replacing(".", with: "-") }
  /// The name in the environment.
  package var variable: String { "LODGING_" + key.replacing(".", with: "_").replacing("-", with: "_").uppercased() }
}
