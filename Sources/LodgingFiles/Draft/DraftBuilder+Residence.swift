import LodgingDomain

extension DraftBuilder {
  /// Reads where the guest lives; all parts are optional.
  mutating func residence(kind: SheetCell?, province: SheetCell?, commune: SheetCell?, address: SheetCell?) {
    var residence = GuestDraft.Residence()
    residence.kind = read(kind, .event(.address)).text.map { CodedText($0) }
    residence.province = read(province, .event(.address)).text.map { unitCode($0, digits: 2) }
    residence.commune = read(commune, .event(.address)).text.map { unitCode($0, digits: 5) }
    residence.address = read(address, .event(.address)).text
    if let text = residence.text, text.utf8.count > GuestIdentity.textBytesMax {
      refuse(.address, .fieldInvalid, .tooLong(bytesMax: GuestIdentity.textBytesMax))
    }
    set(\.residence, residence)
  }

  /// Reads a telephone number, which is taken as it stands: what looks like a number without its zero may be one of another country.
  mutating func phone(_ cell: SheetCell?) {
    guard let text = read(cell, .event(.phone)).text else { return }
    set(\.phone, text)
    if text.utf8.count == Self.phoneLength - 1, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !text.hasPrefix("0") {
      advise(.phone, .leadingZerosLost, repair: "0" + text)
    }
  }

  private static let phoneLength = 10

  /// Reads the code of an administrative unit, which spreadsheet programs rob of its leading zeros too.
  private mutating func unitCode(_ text: String, digits: Int) -> CodedText {
    let coded = CodedText(text)
    if let code = coded.code, code.utf8.count < digits, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      advise(.address, .leadingZerosLost, repair: String(repeating: "0", count: digits - code.utf8.count) + code)
    }
    return coded
  }
}
