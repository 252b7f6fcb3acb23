import LodgingDomain

extension DraftBuilder {
  /// Reads kind, name and number of a document.
  ///
  /// A document of another kind without a number, whose name says that there is none, is "no document" with its reason: such a guest is
  /// registered and not refused.
  ///
  /// - Parameters:
  ///   - kind: The kind's code, 1 to 9, or 10 for none.
  ///   - name: What the document is called, where the kind is 9; why there is none, where it is 10.
  ///   - number: The number.
  mutating func document(kind: SheetCell?, name: SheetCell?, number: SheetCell?) {
    let kindText = read(kind, .event(.documentKind), isRequired: true)
    let name = read(name, .event(.documentName))
    let number = read(number, .event(.documentNumber))
    set(\.documentName, name.text)
    set(\.documentNumber, number.text)
    guard let text = kindText.text else {
      if case .absent = number { refuse(.documentNumber, .fieldMissing, .missing) }
      return
    }
    guard let code = CodedText(text).code.flatMap({ UInt8($0) }), let kind = DocumentKind(rawValue: code) else {
      return refuse(.documentKind, .fieldInvalid, .unknownCode)
    }
    set(\.documentKind, kind)
    switch (kind, number) {
    case (.noDocument, _):
      noDocument(because: name)
    case (.other, .absent) where name.text.flatMap(Self.reason) != nil:
      set(\.documentKind, .noDocument)
      noDocument(because: name)
    case (_, .absent):
      if kind == .other, case .absent = name { refuse(.documentName, .fieldMissing, .missing) }
      refuse(.documentNumber, .fieldMissing, .missing)
    case (_, .refused):
      break
    case (_, .text(let number)):
      if kind == .other, case .absent = name { refuse(.documentName, .fieldMissing, .missing) }
      documentNumber(number, kind: kind)
    }
  }

  /// Takes the number of a passport.
  mutating func passport(_ cell: SheetCell?) {
    set(\.documentKind, .passport)
    guard let text = read(cell, .event(.documentNumber), isRequired: true).text else { return }
    documentNumber(text, kind: .passport)
  }

  /// Checks a number against the kind of document.
  mutating func documentNumber(_ text: String, kind: DocumentKind) {
    set(\.documentNumber, text)
    guard !Self.hasExponent(text) else { return refuse(.documentNumber, .documentNumberMalformed, .roundedNumber) }
    switch kind {
    case .chipCard, .identityCard, .identificationNotice:
      personalNumber(Self.withoutSpaces(text))
    case .oldCard:
      let digits = Self.withoutSpaces(text)
      set(\.documentNumber, digits)
      if digits.utf8.count == Self.oldNumberLength, Self.isDigits(digits) { return }
      if digits.utf8.count == Self.oldNumberLength - 1, Self.isDigits(digits) {
        return refuse(.documentNumber, .documentNumberMalformed, .leadingZerosLost, repair: "0" + digits)
      }
      personalNumber(digits)
    case .passport:
      guard let number = try? PassportNumber(text) else { return refuse(.documentNumber, .documentNumberMalformed, .documentNumber) }
      set(\.documentNumber, number.text)
    case .drivingLicence, .birthCertificate, .healthInsurance, .other, .noDocument:
      guard text.unicodeScalars.contains(where: { $0.properties.numericType != nil || $0.properties.isAlphabetic }) else {
        return refuse(.documentNumber, .documentNumberMalformed, .documentNumber)
      }
    }
  }

  private mutating func personalNumber(_ digits: String) {
    set(\.documentNumber, digits)
    guard (try? PersonalNumber(digits)) == nil else { return }
    if let repaired = PersonalNumber.repairing(digits) {
      refuse(.documentNumber, .documentNumberMalformed, .leadingZerosLost, repair: repaired.digits)
    } else {
      refuse(.documentNumber, .documentNumberMalformed, .documentNumber)
    }
  }

  private mutating func noDocument(because name: Reading) {
    switch name {
    case .absent: refuse(.noDocumentReason, .fieldMissing, .missing)
    case .refused: break
    case .text(let words):
      guard let reason = Self.reason(words) else { return refuse(.noDocumentReason, .fieldInvalid, .unknownCode) }
      set(\.noDocumentReason, reason)
    }
  }

  /// The reason that words give for having no document; nil for words that give none.
  static func reason(_ words: String) -> NoDocumentReason? {
    if let reason = NoDocumentReason(name: words) { return reason }
    guard let name = try? GuestName(words) else { return nil }
    let folded = " " + name.words.joined(separator: " ") + " "
    return reasonWords.first { entry in entry.words.contains { folded.contains(" " + $0 + " ") } }?.reason
  }

  /// Words, without marks, that tell why there is no document.
  private static let reasonWords: [(words: [String], reason: NoDocumentReason)] = [
    (["MAT", "BI MAT", "THAT LAC", "LOST", "STOLEN"], .lost),
    (["TRE EM", "TRE", "CHILD"], .child),
    (["KHONG DOC DUOC", "HONG", "RACH", "MO", "UNREADABLE", "DAMAGED"], .unreadable),
    (["CHUA CO", "CHUA CAP", "CHUA DUOC CAP", "KHONG CO", "NEVER ISSUED", "NONE"], .neverIssued),
  ]

  private static let oldNumberLength = 9

  private static func isDigits(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  }

  /// A number as spreadsheet programs write one that they took for a quantity: `1.19E+09`.
  private static func hasExponent(_ text: String) -> Bool {
    let parts = text.uppercased().split(separator: "E", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].first == "+", parts[1].dropFirst().allSatisfy(\.isNumber), parts[1].count > 1 else { return false }
    return !parts[0].isEmpty && parts[0].allSatisfy { $0.isNumber || $0 == "." || $0 == "," }
  }

  private static func withoutSpaces(_ text: String) -> String {
    text.contains(" ") ? String(text.filter { $0 != " " }) : text
  }
}
