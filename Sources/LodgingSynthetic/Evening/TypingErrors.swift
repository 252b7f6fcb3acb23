import LodgingDomain

/// The mistakes that people make when they copy a name or a number.
enum TypingErrors {
  /// The name in capitals without marks, as keyboards without Vietnamese letters write it.
  static func withoutMarks(_ name: String) -> String {
    var folded: [UInt8] = []
    GuestName.appendFolded(name, to: &folded)
    return String(decoding: folded, as: UTF8.self)
  }

  /// The first word at the end.
  static func familyNameLast(_ name: String) -> String {
    let words = name.split(separator: " ")
    guard let family = words.first, words.count > 1 else { return name }
    return (words.dropFirst() + [family]).joined(separator: " ")
  }

  /// A word between the first and the last left out; names of two words stay whole.
  static func withoutMiddleWord(_ name: String, _ random: inout SyntheticRandom) -> String {
    var words = name.split(separator: " ")
    let place = random.within(1...max(1, words.count - 2))
    guard words.count > 2 else { return name }
    words.remove(at: place)
    return words.joined(separator: " ")
  }

  /// One letter of the alphabet's unmarked ones replaced by another one.
  static func withLetterChanged(_ name: String, _ random: inout SyntheticRandom) -> String {
    var bytes = Array(name.utf8)
    let letters = bytes.indices.filter { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[$0]) }
    let step = random.within(1...25)
    guard !letters.isEmpty else { return name + " X" }
    let place = letters[random.below(letters.count)]
    bytes[place] = UInt8(ascii: "a") + (bytes[place] - UInt8(ascii: "a") + UInt8(step)) % 26
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A digit lost, doubled or read as a letter; at least eleven characters remain of twelve.
  static func malformed(_ number: String, _ random: inout SyntheticRandom) -> String {
    var bytes = Array(number.utf8)
    let place = random.below(max(1, bytes.count))
    let way = random.below(4)
    guard bytes.count > 8 else { return number + "?" }
    switch way {
    case 0: bytes.removeFirst()
    case 1: bytes.remove(at: place)
    case 2: bytes.insert(bytes[place], at: place)
    default: bytes[place] = UInt8(ascii: "O")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
