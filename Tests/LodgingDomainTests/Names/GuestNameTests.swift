import LodgingDomain
import Testing

@Suite("Guest names")
struct GuestNameTests {
  @Test(
    "the canonical form is upper case with single spaces",
    arguments: [
      ("nguyễn thị mẫu", "NGUYỄN THỊ MẪU"), ("  Trần\t Văn\u{A0}\u{3000}An \n", "TRẦN VĂN AN"), ("Đặng Đức Đạt", "ĐẶNG ĐỨC ĐẠT"),
      ("ưỡng ơn ăn âm êm ôm", "ƯỠNG ƠN ĂN ÂM ÊM ÔM"), ("Jürgen Groß", "JÜRGEN GROSS"), ("d'Été-Łoś", "D'ÉTÉ-ŁOŚ"), ("ÿ", "Ÿ"),
      ("Ян Новак", "ЯН НОВАК"),
      ("山田 太郎", "山田 太郎"), ("an\u{200B}na", "ANNA"), ("O\u{2019}Brien", "O\u{2019}BRIEN"), ("ǆ ſ", "Ǆ S"), ("𐐨a", "𐐀A"),
    ])
  func canonical(text: String, expected: String) throws {
    #expect(try GuestName(text).canonical == expected)
  }

  @Test(
    "the folded form has no marks",
    arguments: [
      ("nguyễn thị mẫu", "NGUYEN THI MAU"), ("Đặng đức Đạt", "DANG DUC DAT"), ("ưỡng ơn ăn âm êm ôm", "UONG ON AN AM EM OM"),
      ("Ỷ Ỹ ỵ ỳ ý", "Y Y Y Y Y"),
      ("Jürgen Groß", "JURGEN GROSS"), ("d'Été-Łoś", "DETE LOS"), ("Æ Œ Ø Þ ß ı ð ŉ", "AE OE O TH SS I D N"),
      ("O\u{2019}Brien, J.R.", "OBRIEN JR"),
      ("ŞAHİN ÇAĞLAR", "SAHIN CAGLAR"), ("Dvořák Žižková", "DVORAK ZIZKOVA"), ("Ștefan Țuțea", "STEFAN TUTEA"), ("Ĳsbrand", "IJSBRAND"),
      ("Nguye\u{302}\u{303}n", "NGUYEN"), ("ERIKSSON<<ANNA<MARIA", "ERIKSSON ANNA MARIA"), ("Anna \u{2013} Maria", "ANNA MARIA"),
      ("Ян", "ЯН"),
    ])
  func folded(text: String, expected: String) throws {
    #expect(try GuestName(text).folded == expected)
  }

  @Test("every Vietnamese letter folds to its base, in both cases")
  func vietnameseAlphabet() throws {
    let letters = [
      "A": "AÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬ", "D": "DĐ", "E": "EÈÉẺẼẸÊỀẾỂỄỆ", "I": "IÌÍỈĨỊ", "O": "OÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢ", "U": "UÙÚỦŨỤƯỪỨỬỮỰ",
      "Y": "YỲÝỶỸỴ",
    ]
    for (base, forms) in letters {
      for letter in forms {
        for text in [String(letter), letter.lowercased()] {
          let name = try GuestName(text)
          #expect(name.folded == base)
          #expect(name.canonical.unicodeScalars.elementsEqual(String(letter).unicodeScalars))
        }
      }
    }
  }

  @Test("upper-casing agrees with the standard library over all tabled letters, and forms are stable")
  func agreesWithStandardLibrary() throws {
    for value in Array(UInt32(0xC0)..<0x250) + Array(0x1E00..<0x1F00) {
      let text = String(try #require(Unicode.Scalar(value)))
      guard let name = try? GuestName(text) else { continue }
      let upper = text.uppercased()
      // Letters whose upper case is written with several scalars stay as they are, all but sharp s.
      if upper.unicodeScalars.count == 1 || value == 0xDF { #expect(name.canonical == upper) }
      #expect(try GuestName(name.canonical).canonical == name.canonical)
      #expect(try GuestName(name.folded).folded == name.folded)
      #expect(try GuestName(name.canonical).folded == name.folded)
    }
  }

  @Test("words are those of the folded form")
  func words() throws {
    #expect(try GuestName("Nguyễn  Thị-Mẫu").words == ["NGUYEN", "THI", "MAU"])
  }

  @Test(
    "what is no name is refused for its reason",
    arguments: [
      ("", GuestNameError.empty), (" \t\u{A0}", .empty), ("12345", .noLetter), ("...", .noLetter), ("-", .noLetter), ("\u{301}", .noLetter),
      (String(repeating: "a", count: 513), .tooLong),
    ])
  func refused(text: String, error: GuestNameError) {
    #expect(throws: error) { try GuestName(text) }
  }

  @Test("the longest name is taken")
  func longest() throws {
    #expect(try GuestName(String(repeating: "a", count: 512)).canonical.utf8.count == 512)
  }

  @Test("names are equal if their canonical forms are")
  func equality() throws {
    #expect(try GuestName("Nguyễn  an") == GuestName("NGUYỄN AN"))
    #expect(try Set([GuestName("Nguyễn  an"), GuestName("NGUYỄN AN"), GuestName("NGUYEN AN")]).count == 2)
  }

  @Test(
    "each step of the comparison has its own grade",
    arguments: [
      ("Nguyễn Thị Mẫu", "NGUYỄN  THỊ MẪU", NameGrade.exact), ("Nguyen Thi Mau", "Nguyễn Thị Mẫu", .accentsDiffer),
      ("Dang", "Đặng", .accentsDiffer),
      ("Anne-Marie O'Neil", "ANNE MARIE ONEIL", .accentsDiffer), ("Thị Mẫu Nguyễn", "Nguyễn Thị Mẫu", .orderDiffers),
      ("Mau Thi Nguyen", "Nguyễn Thị Mẫu", .orderDiffers), ("Nguyễn Mẫu", "Nguyễn Thị Mẫu", .wordMissing),
      ("Mau Nguyen", "Nguyễn Thị Mẫu", .wordMissing),
      ("Mẫu", "Nguyễn Thị Mẫu", .differs), ("Nguyễn Thị Mậu An", "Nguyễn Thị Mẫu", .wordMissing),
      ("Nguyễn Thị Mẩn", "Nguyễn Thị Mẫu", .differs),
      ("Nguyễn Văn", "Nguyễn Thị Mẫu", .differs), ("An An", "An", .wordMissing), ("An An Binh", "An Binh Binh", .differs),
      ("An", "Binh", .differs),
      ("NguyenThiMau", "Nguyen Thi Mau", .differs), ("Trần An", "Trần An Bình Chi", .differs),
    ])
  func grades(left: String, right: String, expected: NameGrade) throws {
    let (first, second) = (try GuestName(left), try GuestName(right))
    #expect(first.compare(with: second) == expected)
    #expect(second.compare(with: first) == expected)
  }

  @Test("grades are ordered from best to worst")
  func gradeOrder() {
    #expect(NameGrade.allCases == NameGrade.allCases.sorted())
    #expect(NameGrade.allCases.map(\.rawValue) == [1, 2, 3, 4, 5])
  }
}

@Suite("Forms of names as bytes")
struct GuestNameBytesTests {
  @Test("forms are appended to what the buffer holds")
  func appending() {
    var buffer = Array("X".utf8)
    GuestName.appendCanonical(" Đỗ  an", to: &buffer)
    GuestName.appendFolded(" Đỗ  an", to: &buffer)
    #expect(String(decoding: buffer, as: UTF8.self) == "XĐỖ ANDO AN")
  }

  @Test(
    "ill-formed bytes are replaced one by one, never refused",
    arguments: [
      ([0x41, 0xFF, 0x42], "A\u{FFFD}B"), ([0xC3], "\u{FFFD}"), ([0xC3, 0x41], "\u{FFFD}A"), ([0xE1, 0xBB], "\u{FFFD}\u{FFFD}"),
      ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
      ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xF5, 0x80, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
      ([0xE0, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
    ] as [([UInt8], String)])
  func illFormed(bytes: [UInt8], expected: String) {
    var canonical: [UInt8] = []
    bytes.withUnsafeBytes { GuestName.appendCanonical(utf8: $0, to: &canonical) }
    #expect(String(decoding: canonical, as: UTF8.self) == expected)
  }

  @Test("words are found and sorted in place")
  func wordRanges() {
    var folded: [UInt8] = []
    GuestName.appendFolded("Nguyễn Thị Mẫu An Thi", to: &folded)
    var ranges: [Range<Int>] = [0..<1]
    GuestName.findWords(in: folded, into: &ranges)
    #expect(ranges.map { String(decoding: folded[$0], as: UTF8.self) } == ["NGUYEN", "THI", "MAU", "AN", "THI"])
    GuestName.sortWords(&ranges, of: folded)
    #expect(ranges.map { String(decoding: folded[$0], as: UTF8.self) } == ["AN", "MAU", "NGUYEN", "THI", "THI"])
    GuestName.findWords(in: [], into: &ranges)
    #expect(ranges.isEmpty)
  }
}
