/// What an opened identity says by itself, before anybody is asked about it.
///
/// Senders run the same examination before they seal, so that a clerk hears of a mistake at once.
public struct IdentityExamination: Hashable, Sendable {
  /// What is missing or malformed, every field at once.
  public fileprivate(set) var problems: [FieldProblem] = []
  /// `document.none` and `document.expired`, where they apply.
  public fileprivate(set) var flags: CodeSet = []
  /// Whether the guest is under eighteen on the day of arrival.
  public fileprivate(set) var isMinor = false
  /// The personal number, where the document carries one that is well formed.
  public fileprivate(set) var personalNumber: PersonalNumber?

  /// Examines an identity; `arrivalDay` is the local day of arrival, `reason` the number of the reason for the stay, whose words stand with
  /// the identity.
  public init(_ identity: GuestIdentity, arrivalDay: CivilDate, reason: UInt8) {
    self = identity.withBorrowed { IdentityExamination($0, arrivalDay: arrivalDay, reason: reason) }
  }

  /// Examines an identity as bytes, in the same way.
  package init(_ identity: BorrowedIdentity, arrivalDay: CivilDate, reason: UInt8) {
    var examiner = IdentityExaminer(identity: identity, arrivalDay: arrivalDay)
    examiner.examine(reason: reason)
    self = examiner.findings
  }

  fileprivate init() {}
}

/// Goes through an identity once; it lives no longer than the identity's bytes.
private struct IdentityExaminer {
  let identity: BorrowedIdentity
  let arrivalDay: CivilDate
  var findings = IdentityExamination()

  mutating func examine(reason: UInt8) {
    examinePerson()
    examineDocument()
    examineReason(reason)
    examineTexts()
  }

  private mutating func add(_ field: Field, _ code: Code) { findings.problems.append(FieldProblem(field, code)) }

  // MARK: The person

  private mutating func examinePerson() {
    if identity.fullName.isEmpty {
      add(.fullName, .fieldMissing)
    } else if !Self.hasLetter(identity.fullName) {
      add(.fullName, .fieldInvalid)
    }
    if let birth = identity.birthDate {
      let earliest = birth.earliest
      if earliest > arrivalDay || earliest.year < 1870 {
        add(.birthDate, .fieldInvalid)
      } else {
        findings.isMinor = earliest.age(on: arrivalDay) < RuleBook.adultAgeYears
      }
    } else {
      add(.birthDate, .fieldMissing)
    }
    // A machine-readable zone may leave the sex open (ICAO 9303 part 3, 4.8); other papers name it.
    if identity.sex == nil, identity.machineReadableZone.isEmpty { add(.sex, .fieldMissing) }
  }

  private static func hasLetter(_ text: BorrowedIdentity.Text) -> Bool {
    for byte in text where byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") { return true }
    return String(decoding: text, as: UTF8.self).unicodeScalars.contains { !$0.isASCII && $0.properties.isAlphabetic }
  }

  // MARK: The document

  private mutating func examineDocument() {
    if identity.documentKind == .noDocument {
      if identity.noDocumentReason == nil { add(.noDocumentReason, .fieldMissing) }
      findings.flags.insert(.documentNone)
      return
    }
    if identity.documentKind == .other, identity.documentName.isEmpty { add(.documentName, .fieldMissing) }
    examineNumber()
    examineZone()
    if let expiry = identity.documentExpiry, expiry < arrivalDay { findings.flags.insert(.documentExpired) }
  }

  private mutating func examineNumber() {
    let (number, kind) = (identity.documentNumber, identity.documentKind)
    guard !number.isEmpty else { return add(.documentNumber, .fieldMissing) }
    // A driving licence has twelve digits of its own.
    if kind.carriesPersonalNumber || kind == .oldCard { findings.personalNumber = try? PersonalNumber(utf8: number) }
    switch kind {
    case .chipCard, .identityCard, .identificationNotice:
      if findings.personalNumber == nil { add(.documentNumber, .documentNumberMalformed) }
    case .oldCard:
      if findings.personalNumber == nil, !isOldNumberTaken(number) { add(.documentNumber, .documentNumberMalformed) }
    case .passport:
      if (try? PassportNumber(utf8: number)) == nil { add(.documentNumber, .documentNumberMalformed) }
    case .drivingLicence, .birthCertificate, .healthInsurance, .other, .noDocument: break
    }
  }

  /// Nine-digit numbers of old cards are taken for stays that began before 1 July 2026 (Law 118/2025, article 4(9)).
  private func isOldNumberTaken(_ number: BorrowedIdentity.Text) -> Bool {
    let isNineDigits = number.count == 9 && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isNineDigits && (arrivalDay.year, arrivalDay.month) < (2026, 7)
  }

  private mutating func examineZone() {
    guard !identity.machineReadableZone.isEmpty else { return }
    guard let zone = try? MachineReadableZone(utf8: identity.machineReadableZone, reference: arrivalDay) else {
      return add(.machineReadableZone, .fieldInvalid)
    }
    if !zone.failedChecks.isEmpty { add(.machineReadableZone, .documentCheckDigit) }
    if !zone.unreadableFields.isEmpty { add(.machineReadableZone, .fieldInvalid) }
    guard zone.isValid else { return }
    let declared =
      (try? PassportNumber(utf8: identity.documentNumber))?.text ?? String(decoding: identity.documentNumber, as: UTF8.self)
    if declared != zone.documentNumber, declared != zone.personalNumber?.digits { add(.documentNumber, .fieldInvalid) }
  }

  // MARK: All texts

  /// Reason 20 is given in words too; a number that does not exist is the decision's to refuse.
  private mutating func examineReason(_ number: UInt8) {
    guard StayReason(number: number)?.needsText == true else { return }
    if String(decoding: identity.reasonText, as: UTF8.self).allSatisfy(\.isWhitespace) { add(.reasonText, .fieldMissing) }
  }

  private mutating func examineTexts() {
    examineText(.fullName, identity.fullName)
    examineText(.documentNumber, identity.documentNumber)
    examineText(.documentName, identity.documentName)
    examineText(.phone, identity.phone)
    examineText(.address, identity.address)
    examineText(.reasonText, identity.reasonText)
    examineText(.note, identity.note)
    examineText(.machineReadableZone, identity.machineReadableZone)
  }

  private mutating func examineText(_ field: Field, _ text: BorrowedIdentity.Text) {
    guard !text.isEmpty else { return }
    if text.count > GuestIdentity.textBytesMax || !LineText.isFit(utf8: text, spacing: true) { add(field, .fieldInvalid) }
  }
}
