/// The rules: what each scalar of a name becomes in the canonical and in the folded form.
///
/// The letters of Latin-1, Latin Extended-A and B and Latin Extended Additional are in tables, which is all of Vietnamese and of European
/// names; other scripts keep their marks and only become upper case.
enum NameScalars {
  /// What to do with a scalar.
  enum Action {
    /// A word ends.
    case separate
    /// The scalar leaves no trace.
    case drop
    /// The scalar becomes this one.
    case put(UInt32)
    /// The scalar becomes these two letters.
    case putPair(UInt8, UInt8)
    /// The scalar becomes what the standard library says is its upper case.
    case uppercase
  }

  /// The canonical form: upper case, white space as one separator, nothing invisible.
  static func canonical(_ scalar: UInt32) -> Action {
    if scalar < 0x80 { return canonicalASCII(scalar) }
    if let index = tableIndex(scalar) {
      let upper = upperCase[index]
      return upper == 0 ? .putPair(UInt8(ascii: "S"), UInt8(ascii: "S")) : .put(UInt32(upper))
    }
    if isSpace(scalar) { return .separate }
    if isInvisible(scalar) { return .drop }
    return isCombiningMark(scalar) ? .put(scalar) : .uppercase
  }

  /// The folded form: as the canonical one, without marks, apostrophes and full stops, with hyphens and commas as separators.
  static func folded(_ scalar: UInt32) -> Action {
    if scalar < 0x80 { return foldedASCII(UInt8(scalar)) }
    if let index = tableIndex(scalar) { return folded(letter: base(at: index), of: index) }
    if isSpace(scalar) || isDash(scalar) { return .separate }
    if isInvisible(scalar) || isCombiningMark(scalar) || isApostrophe(scalar) { return .drop }
    return .uppercase
  }

  private static func canonicalASCII(_ scalar: UInt32) -> Action {
    switch scalar {
    case 0...0x20, 0x7F: .separate
    case 0x61...0x7A: .put(scalar - 0x20)
    default: .put(scalar)
    }
  }

  private static func foldedASCII(_ byte: UInt8) -> Action {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "<"), UInt8(ascii: "_"): .separate
    case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "."): .drop
    default: canonicalASCII(UInt32(byte))
    }
  }

  private static func folded(letter: UInt8, of index: Int) -> Action {
    switch letter {
    case UInt8(ascii: "."): .put(UInt32(upperCase[index]))
    case UInt8(ascii: "1"): .putPair(UInt8(ascii: "A"), UInt8(ascii: "E"))
    case UInt8(ascii: "2"): .putPair(UInt8(ascii: "O"), UInt8(ascii: "E"))
    case UInt8(ascii: "3"): .putPair(UInt8(ascii: "S"), UInt8(ascii: "S"))
    case UInt8(ascii: "4"): .putPair(UInt8(ascii: "T"), UInt8(ascii: "H"))
    case UInt8(ascii: "5"): .putPair(UInt8(ascii: "I"), UInt8(ascii: "J"))
    case UInt8(ascii: "6"): .putPair(UInt8(ascii: "L"), UInt8(ascii: "J"))
    case UInt8(ascii: "7"): .putPair(UInt8(ascii: "N"), UInt8(ascii: "J"))
    case UInt8(ascii: "8"): .putPair(UInt8(ascii: "D"), UInt8(ascii: "Z"))
    case UInt8(ascii: "9"): .putPair(UInt8(ascii: "H"), UInt8(ascii: "V"))
    default: .put(UInt32(letter))
    }
  }

  /// The place of a scalar in the tables: U+00C0 to U+024F, then U+1E00 to U+1EFF.
  private static func tableIndex(_ scalar: UInt32) -> Int? {
    switch scalar {
    case 0xC0..<0x250: Int(scalar - 0xC0)
    case 0x1E00..<0x1F00: Int(scalar - 0x1E00) + lowCount
    default: nil
    }
  }

  private static func base(at index: Int) -> UInt8 {
    index < lowCount ? lowBases.utf8Start[index] : highBases.utf8Start[index - lowCount]
  }

  private static let lowCount = 0x250 - 0xC0

  /// The upper case of each scalar of the tables; 0 for the one that becomes two letters, sharp s.
  private static let upperCase: [UInt16] = (Array(0xC0..<0x250) + Array(0x1E00..<0x1F00)).map { (value: UInt32) in
    guard value != 0xDF else { return 0 }
    guard let upper = Unicode.Scalar(value)?.properties.uppercaseMapping.unicodeScalars, upper.count == 1, let scalar = upper.first else {
      return UInt16(value)
    }
    return UInt16(truncatingIfNeeded: scalar.value)
  }

  /// The base letter of U+00C0 to U+024F, 64 to a line; a digit stands for a pair of letters, a full stop for "no base letter".
  private static let lowBases: StaticString = """
    AAAAAA1CEEEEIIIIDNOOOOO.OUUUUY43AAAAAA1CEEEEIIIIDNOOOOO.OUUUUY4Y\
    AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIII55JJKKKLLLLLLL\
    LLLNNNNNNNNNOOOOOO22RRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS\
    BB....OCCDDDD.EAEFFG.9IIKKL.MNNOOO..PP......TTTUU.VYYZZZ........\
    ....888666777AAIIOOUUUUUUUUUUEAAAA11GGGGKKOOOOZZJ888GG9.NNAA11OO\
    AAAAEEEEIIIIOOOORRRRUUUUSSTT..HHND..ZZAAEEOOOOOOOOYYLNTJ..ACCLT.\
    ...BU.EEJJ..RRYY
    """

  /// The base letter of U+1E00 to U+1EFF, in the same way.
  private static let highBases: StaticString = """
    AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMM\
    MMMMNNNNNNNNOOOOOOOOPPPPRRRRRRRRSSSSSSSSSSTTTTTTTTUUUUUUUUUUVVVV\
    WWWWWWWWWWXXXXYYZZZZZZHTWYASSS3.AAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEE\
    EEEEEEEEIIIIOOOOOOOOOOOOOOOOOOOOOOOOUUUUUUUUUUUUUUYYYYYYYY..VVYY
    """
}

extension NameScalars {
  private static func isSpace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x80...0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  private static func isInvisible(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF: true
    default: false
    }
  }

  private static func isCombiningMark(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x300...0x36F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true
    default: false
    }
  }

  private static func isDash(_ scalar: UInt32) -> Bool {
    (0x2010...0x2015).contains(scalar) || scalar == 0x2212
  }

  private static func isApostrophe(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0xB4, 0x2B9...0x2BD, 0x2018...0x201B, 0x2032, 0xFF07: true
    default: false
    }
  }
}
