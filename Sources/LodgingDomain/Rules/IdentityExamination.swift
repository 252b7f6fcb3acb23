/// What an opened identity says by itself, before anybody is asked about it.
///
/// Senders run the same examination before they seal, so that a clerk hears of a mistake at once.
public struct IdentityExamination: Hashable, Sendable {
  /// What is missing or malformed, every field at once.
  public private(set) var problems: [FieldProblem] = []
  /// `document.none` and `document.expired`, where they apply.
  public private(set) var flags: CodeSet = []
  /// Whether the guest is under eighteen on the day of arrival.
  public private(set) var isMinor = false
  /// The personal number, where the document carries one that is well formed.
  public private(set) var personalNumber: PersonalNumber?

  private let identity: GuestIdentity
  private let arrivalDay: CivilDate

  /// Examines an identity; `arrivalDay` is the local day of arrival, `reason` the number of the reason for the stay, whose words stand with
  /// the identity.
  public init(_ identity: GuestIdentity, arrivalDay: CivilDate, reason: UInt8) {
    self.identity = identity
    self.arrivalDay = arrivalDay
    examinePerson()
    examineDocument()
    examineReason(reason)
    examineTexts()
  }

  private mutating func add(_ field: Field, _ code: Code) { problems.append(FieldProblem(field, code)) }

  private mutating func examinePerson() {
    if identity.fullName.isEmpty {
      add(.fullName, .fieldMissing)
    } else if !identity.fullName.unicodeScalars.contains(where: Self.isLetter) {
      add(.fullName, .fieldInvalid)
    }
    if let birth = identity.birthDate {
      if birth.earliest > arrivalDay || birth.earliest.year < 1870 {
        add(.birthDate, .fieldInvalid)
      } else {
        isMinor = birth.ages(on: arrivalDay).upperBound < RuleBook.adultAgeYears
      }
    } else {
      add(.birthDate, .fieldMissing)
    }
    // A machine-readable zone may leave the sex open (ICAO 9303 part 3, 4.8); other papers name it.
    if identity.sex == nil, identity.machineReadableZone.isEmpty { add(.sex, .fieldMissing) }
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar) : scalar.properties.isAlphabetic
  }

  private mutating func examineDocument() {
    if identity.documentKind == .noDocument {
      if identity.noDocumentReason == nil { add(.noDocumentReason, .fieldMissing) }
      flags.insert(.documentNone)
      return
    }
    if identity.documentKind == .other, identity.documentName.isEmpty { add(.documentName, .fieldMissing) }
    examineNumber()
    examineZone()
    if let expiry = identity.documentExpiry, expiry < arrivalDay { flags.insert(.documentExpired) }
  }

  private mutating func examineNumber() {
    let number = identity.documentNumber
    guard !number.isEmpty else { return add(.documentNumber, .fieldMissing) }
    // A driving licence has twelve digits of its own.
    if identity.documentKind.carriesPersonalNumber || identity.documentKind == .oldCard { personalNumber = try? PersonalNumber(number) }
    switch identity.documentKind {
    case .chipCard, .identityCard, .identificationNotice:
      if personalNumber == nil { add(.documentNumber, .documentNumberMalformed) }
    case .oldCard:
      if personalNumber == nil, !isOldNumberTaken(number) { add(.documentNumber, .documentNumberMalformed) }
    case .passport:
      if (try? PassportNumber(number)) == nil { add(.documentNumber, .documentNumberMalformed) }
    case .drivingLicence, .birthCertificate, .healthInsurance, .other, .noDocument: break
    }
  }

  /// Nine-digit numbers of old cards are taken for stays that began before 1 July 2026 (Law 118/2025, article 4(9)).
  private func isOldNumberTaken(_ number: String) -> Bool {
    let isNineDigits = number.utf8.count == 9 && number.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isNineDigits && (arrivalDay.year, arrivalDay.month) < (2026, 7)
  }

  private mutating func examineZone() {
    guard !identity.machineReadableZone.isEmpty else { return }
    guard let zone = try? MachineReadableZone(parsing: identity.machineReadableZone, reference: arrivalDay) else {
      return add(.machineReadableZone, .fieldInvalid)
    }
    if !zone.failedChecks.isEmpty { add(.machineReadableZone, .documentCheckDigit) }
    if !zone.unreadableFields.isEmpty { add(.machineReadableZone, .fieldInvalid) }
    guard zone.isValid else { return }
    let declared = (try? PassportNumber(identity.documentNumber))?.text ?? identity.documentNumber
    if declared != zone.documentNumber, declared != zone.personalNumber?.digits { add(.documentNumber, .fieldInvalid) }
  }

  /// Reason 20 is given in words too; a number that does not exist is the decision's to refuse.
  private mutating func examineReason(_ number: UInt8) {
    guard StayReason(number: number)?.needsText == true else { return }
    if identity.reasonText.allSatisfy(\.isWhitespace) { add(.reasonText, .fieldMissing) }
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

  private mutating func examineText(_ field: Field, _ text: String) {
    if text.utf8.count > GuestIdentity.textBytesMax || !LineText.isFit(text, spacing: true) { add(field, .fieldInvalid) }
  }
}
