import LodgingDomain
import LodgingWire

/// Fills a draft field by field and collects everything that is wrong on the way.
struct DraftBuilder {
  /// The draft so far.
  private(set) var draft: GuestDraft
  /// Whether numbers of a workbook mean dates from 1904 on.
  let countsFrom1904: Bool

  /// What came of reading a field.
  enum Reading {
    /// Nothing was there.
    case absent
    /// Something was there that could not be read; the problem is noted.
    case refused
    /// The text, in NFC, on one line.
    case text(String)

    /// The text where there is one.
    var text: String? {
      if case .text(let text) = self { text } else { nil }
    }
  }

  /// Makes a builder of an empty draft.
  ///
  /// - Parameters:
  ///   - guestKind: The kind of guest where the nationality does not say otherwise.
  ///   - countsFrom1904: How numbers of a workbook mean dates.
  init(guestKind: GuestKind, countsFrom1904: Bool = false) {
    draft = GuestDraft(guestKind: guestKind)
    self.countsFrom1904 = countsFrom1904
  }

  /// Sets a value of the draft.
  mutating func set<Value>(_ path: WritableKeyPath<GuestDraft, Value>, _ value: Value) {
    draft[keyPath: path] = value
  }

  /// Notes a problem.
  mutating func refuse(_ field: DraftField, _ code: Code, _ hint: DraftProblem.Hint, repair: String? = nil) {
    draft.problems.append(DraftProblem(field, code, hint, repair: repair))
  }

  /// Notes a problem with a field that events have too.
  mutating func refuse(_ field: Field, _ code: Code, _ hint: DraftProblem.Hint, repair: String? = nil) {
    refuse(.event(field), code, hint, repair: repair)
  }

  /// Notes advice.
  mutating func advise(_ field: Field, _ hint: DraftProblem.Hint, repair: String? = nil) {
    draft.advice.append(DraftProblem(.event(field), .fieldInvalid, hint, repair: repair))
  }

  /// Reads the text of a cell.
  ///
  /// - Parameters:
  ///   - cell: The cell; nil for none.
  ///   - field: The field for problems.
  ///   - bytesMax: The longest text.
  ///   - isRequired: Whether it is a problem if nothing is there.
  /// - Returns: The text, or that there is none.
  mutating func read(_ cell: SheetCell?, _ field: DraftField, bytesMax: Int = GuestIdentity.textBytesMax, isRequired: Bool = false)
    -> Reading
  {
    switch cell {
    case nil:
      return absent(field, isRequired)
    case .error:
      refuse(field, .fieldInvalid, .formulaError)
    case .tooLong:
      refuse(field, .fieldInvalid, .tooLong(bytesMax: bytesMax))
    case .number(_, isDate: true):
      refuse(field, .fieldInvalid, .turnedIntoDate)
    case .number(let number, isDate: false):
      guard abs(number) < Self.exactNumberEnd else {
        refuse(field, .fieldInvalid, .roundedNumber)
        return .refused
      }
      return .text(Self.text(of: number))
    case .text(let raw):
      guard let text = CellText.collapsed(Normalization.nfc(raw)) else {
        refuse(field, .fieldInvalid, .controlCharacter)
        return .refused
      }
      guard !text.isEmpty else { return absent(field, isRequired) }
      guard text.utf8.count > bytesMax else { return .text(text) }
      refuse(field, .fieldInvalid, .tooLong(bytesMax: bytesMax))
    }
    return .refused
  }

  private mutating func absent(_ field: DraftField, _ isRequired: Bool) -> Reading {
    if isRequired { refuse(field, .fieldMissing, .missing) }
    return .absent
  }

  /// Spreadsheet programs keep fifteen digits of a number.
  private static let exactNumberEnd = 1e15

  /// A number as a person would type it: without exponent, and without fraction where there is none.
  static func text(of number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? String(number)
  }
}

extension DraftBuilder {
  /// Reads a plain text.
  mutating func text(
    _ path: WritableKeyPath<GuestDraft, String?>, _ cell: SheetCell?, _ field: Field, bytesMax: Int = GuestIdentity.textBytesMax,
    isRequired: Bool = false
  ) {
    set(path, read(cell, .event(field), bytesMax: bytesMax, isRequired: isRequired).text)
  }

  /// Reads the full name.
  mutating func name(_ cell: SheetCell?) {
    guard let text = read(cell, .event(.fullName), isRequired: true).text else { return }
    draft.fullName = text
    if (try? GuestName(text)) == nil { refuse(.fullName, .fieldInvalid, .notAName) }
  }

  /// Reads the sex.
  mutating func sex(_ cell: SheetCell?) {
    guard let text = read(cell, .event(.sex), isRequired: true).text else { return }
    let coded = CodedText(text)
    guard let sex = Sex(text) ?? coded.code.flatMap({ Sex($0) }) else { return refuse(.sex, .fieldInvalid, .sex) }
    draft.sex = sex
  }

  /// Reads the nationality, and with it the kind of guest.
  mutating func nationality(_ cell: SheetCell?) {
    guard let text = read(cell, .event(.nationality), isRequired: true).text else { return }
    guard let code = CodedText(text).code, let nationality = try? Nationality(code) else {
      return refuse(.nationality, .fieldInvalid, .unknownCode, repair: Self.meansVietNam(text) ? Nationality.vietnam.code : nil)
    }
    draft.nationality = nationality
    draft.guestKind = nationality.guestKind
  }

  private static func meansVietNam(_ text: String) -> Bool {
    guard let folded = try? GuestName(text).folded else { return false }
    return ["VN", "VIET NAM", "VIETNAM"].contains(folded)
  }

  /// Reads the reason for the stay, and its words where it is "other".
  mutating func reason(_ cell: SheetCell?, words: SheetCell?) {
    let reading = read(cell, .event(.reason), isRequired: true)
    let inWords = read(words, .event(.reasonText))
    draft.reasonText = inWords.text
    guard let text = reading.text else { return }
    guard let number = CodedText(text).code.flatMap({ Int($0) }), let reason = StayReason(number: number) else {
      return refuse(.reason, .fieldInvalid, .unknownCode)
    }
    draft.reason = reason
    if reason.needsText, case .absent = inWords { refuse(.reasonText, .fieldMissing, .missing) }
  }
}
