import LodgingDomain
import LodgingWire

extension SeededGenerator {
  /// An identity such as people, scanners and other people's programs make them: right, mistyped, in odd scripts, at the limits.
  mutating func oddIdentity() -> GuestIdentity {
    GuestIdentity(
      fullName: oddText(), birthDate: oddBirthDate(), sex: oneIn(3) ? nil : oneIn(2) ? .male : .female,
      documentKind: DocumentKind.allCases.randomElement(using: &self) ?? .passport, documentNumber: oddNumber(),
      documentName: oneIn(2) ? "" : oddText(), documentExpiry: oneIn(2) ? CivilDate(daysSinceEpoch: 20_770 + Int(skewed(below: 16))) : nil,
      noDocumentReason: oneIn(3) ? NoDocumentReason.allCases.randomElement(using: &self) : nil, machineReadableZone: oddZone(),
      phone: oneIn(2) ? "" : oddText(), address: oneIn(2) ? "" : oddText(), reasonText: oneIn(2) ? " \u{A0}\r\n" : oddText(),
      note: oneIn(2) ? "" : oddText())
  }

  /// A text of words, of which some are in no normal form, hold controls or marks, or make the text too long.
  mutating func oddText() -> String {
    let usual = ["Nguyễn", "VĂN", "an", "Đặng Thị", "O'Brien-Smith", "Jr.", "12", "Иванов", "山田", "김", "", " ", "  ", "\n", "\t"]
    let odd = [
      "Nguye\u{302}\u{303}n", "u\u{31B}\u{323}", "\u{212B}ngstr\u{F6}m", "\u{212A}123", "\u{37E}", "\u{958}\u{958}",
      "\u{1112}\u{1161}\u{11AB}",
      "a\u{7}", "b\u{7F}", "\u{85}", "\u{202E}abc", "\u{61C}", "\u{2066}", "\r\n", "🏨", "สมชาย", "ﬁ", "ß", "\u{301}", "\u{0}", "\u{FFFD}",
      "\u{10FFFF}",
      String(repeating: "á", count: 200), String(repeating: "x", count: 500),
    ]
    return (0..<Int.random(in: 0...4, using: &self)).map { _ in (oneIn(4) ? odd : usual).randomElement(using: &self) ?? "" }
      .joined(separator: oneIn(2) ? " " : "")
  }

  private mutating func oddNumber() -> String {
    let numbers = [
      "", "001190000001", "079204012345", "00119000000", "0011900000012", "123456789", "12345678９", "c01x 00t47", "C01X00T47", "L898902C3",
      "b-123.456", "AAAAA", "11111", "ABCDE", "1234", "1234567890123456", "\u{212A}1234567", "X10000012", "00119000000\u{301}", "123456 89",
    ]
    return oneIn(8) ? oddText() : numbers.randomElement(using: &self) ?? ""
  }

  private mutating func oddBirthDate() -> PartialDate? {
    let texts = [
      "", "1990", "1990-02", "1990-02-28", "1869-12-31", "1870-01-01", "2008-11-20", "2008-11-21", "2008-11-22", "2099-01-01", "0001",
    ]
    return texts.randomElement(using: &self).flatMap { try? PartialDate(parsing: $0) }
  }

  private mutating func oddZone() -> String {
    let specimen = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    let damaged = specimen.replacing("L898902C36", with: "L898902C37")
    return ["", "", specimen, specimen.lowercased(), damaged, oddText()].randomElement(using: &self) ?? ""
  }
}
