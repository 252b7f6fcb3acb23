import Foundation
import LodgingDomain
import LodgingWire

/// What identities are examined, digested and fingerprinted for, said once more in strings and in the plainest way.
enum IdentityOracle {
  // MARK: Digest

  /// What the digest of an identity is made of: each part as tag, length and bytes.
  static func content(_ identity: GuestIdentity) -> [UInt8] {
    func part(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] { [tag] + littleEndian(UInt32(bytes.count)) + bytes }
    func text(_ tag: UInt8, _ text: String) -> [UInt8] { part(tag, Array(text.precomposedStringWithCanonicalMapping.utf8)) }
    func number(_ tag: UInt8, _ value: Int?) -> [UInt8] { value.map { part(tag, littleEndian(Int64($0))) } ?? [] }
    let person =
      text(60, identity.fullName) + (identity.birthDate.map { text(61, $0.description) } ?? [])
      + number(62, identity.sex.map { Int($0.rawValue) })
    let document =
      number(63, Int(identity.documentKind.rawValue)) + text(64, identity.documentNumber) + text(65, identity.documentName)
      + number(66, identity.documentExpiry?.daysSinceEpoch) + number(67, identity.noDocumentReason.map { Int($0.rawValue) })
    let rest =
      text(68, identity.machineReadableZone) + text(69, identity.phone) + text(70, identity.address) + text(71, identity.reasonText)
      + text(72, identity.note)
    return person + document + rest
  }

  /// What the digest of a check-out is made of, without an identity.
  static func content(checkOutOf stay: EventID, _ event: StayEvent) -> [UInt8] {
    func part(_ tag: UInt8, _ bytes: [UInt8]) -> [UInt8] { [tag] + littleEndian(UInt32(bytes.count)) + bytes }
    func id(_ id: EventID) -> [UInt8] { [id.high, id.low].flatMap { littleEndian($0).reversed() } }
    return part(1, Array(event.establishment.description.utf8)) + part(2, id(event.id)) + part(4, Array(event.ownReference.utf8))
      + part(27, id(stay)) + part(24, littleEndian(event.happened.milliseconds))
  }

  // MARK: Fingerprints

  static func sameDocument(_ identity: GuestIdentity, _ nationality: Nationality, key: SipKey) -> UInt64 {
    let isPersonal = nationality.isVietnamese && (try? PersonalNumber(identity.documentNumber)) != nil
    let head = isPersonal ? [] : [identity.documentKind == .passport ? 1 as UInt8 : 2]
    return hash(key, [10] + head + Array(nationality.code.utf8) + normalized(identity.documentNumber))
  }

  static func row(ofDocument number: String, key: SipKey) -> UInt64 { hash(key, [2] + normalized(number)) }

  static func person(_ identity: GuestIdentity, row: UInt64, key: SipKey) -> PersonFingerprints {
    func part(_ tag: UInt8, _ bytes: [UInt8]) -> UInt64 { hash(key, [tag] + littleEndian(row) + bytes) | 1 }
    func narrow(_ tag: UInt8, _ value: Int?) -> UInt16 {
      value.map { UInt16(truncatingIfNeeded: part(tag, littleEndian(UInt64($0)))) } ?? 0
    }
    var person = PersonFingerprints()
    person.birthYear = narrow(8, identity.birthDate?.year)
    person.birthMonth = narrow(7, identity.birthDate?.month)
    person.birthDay = narrow(7, identity.birthDate?.day)
    person.sex = narrow(9, identity.sex.map { Int($0.rawValue) })
    var (canonical, folded): ([UInt8], [UInt8]) = ([], [])
    GuestName.appendCanonical(identity.fullName, to: &canonical)
    GuestName.appendFolded(identity.fullName, to: &folded)
    guard !canonical.isEmpty else { return person }
    let words = folded.split(separator: UInt8(ascii: " ")).map(Array.init)
    let sorted = words.sorted { $0.lexicographicallyPrecedes($1) }
    person.exactName = UInt32(truncatingIfNeeded: part(3, canonical))
    person.foldedName = UInt32(truncatingIfNeeded: part(4, folded))
    person.sortedName = UInt32(truncatingIfNeeded: part(5, sorted.flatMap { $0 + [UInt8(ascii: " ")] }))
    let marks = words.prefix(8).map { UInt16(truncatingIfNeeded: part(6, $0)) } + Array(repeating: 0, count: max(0, 8 - words.count))
    person.words = (marks[0], marks[1], marks[2], marks[3], marks[4], marks[5], marks[6], marks[7])
    return person
  }

  private static func normalized(_ number: String) -> [UInt8] {
    number.utf8.filter { !" -.".utf8.contains($0) }.map { ("a"..."z").contains(Unicode.Scalar($0)) ? $0 - 32 : $0 }
  }

  private static func hash(_ key: SipKey, _ bytes: [UInt8]) -> UInt64 {
    max(1, bytes.withUnsafeBytes { KeyedHash.fingerprint64(key: key, bytes: $0) })
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

  // MARK: Examination

  /// The fields of which one cannot be shown in a line or is too long, in the order in which they are told.
  static func unfitTexts(_ identity: GuestIdentity) -> [Field] {
    let texts: [(Field, String)] = [
      (.fullName, identity.fullName), (.documentNumber, identity.documentNumber), (.documentName, identity.documentName),
      (.phone, identity.phone), (.address, identity.address), (.reasonText, identity.reasonText), (.note, identity.note),
      (.machineReadableZone, identity.machineReadableZone),
    ]
    return texts.filter { _, text in text.utf8.count > 512 || text.unicodeScalars.contains(where: isUnfit) }.map(\.0)
  }

  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isBidiControl || (scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t")
  }

  /// What is wrong with an identity apart from what ``unfitTexts(_:)`` finds.
  static func problems(_ identity: GuestIdentity, arrivalDay: CivilDate, reason: UInt8) -> [FieldProblem] {
    var problems = person(identity, arrivalDay)
    if identity.documentKind == .noDocument {
      if identity.noDocumentReason == nil { problems.append(FieldProblem(.noDocumentReason, .fieldMissing)) }
    } else {
      if identity.documentKind == .other, identity.documentName.isEmpty { problems.append(FieldProblem(.documentName, .fieldMissing)) }
      problems += number(identity, arrivalDay) + zone(identity, arrivalDay)
    }
    if reason == 20, identity.reasonText.allSatisfy(\.isWhitespace) { problems.append(FieldProblem(.reasonText, .fieldMissing)) }
    return problems
  }

  private static func person(_ identity: GuestIdentity, _ arrivalDay: CivilDate) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    let hasLetter = identity.fullName.unicodeScalars.contains { $0.properties.isAlphabetic }
    if !hasLetter { problems.append(FieldProblem(.fullName, identity.fullName.isEmpty ? .fieldMissing : .fieldInvalid)) }
    if let birth = identity.birthDate?.earliest {
      if birth > arrivalDay || birth.year < 1870 { problems.append(FieldProblem(.birthDate, .fieldInvalid)) }
    } else {
      problems.append(FieldProblem(.birthDate, .fieldMissing))
    }
    if identity.sex == nil, identity.machineReadableZone.isEmpty { problems.append(FieldProblem(.sex, .fieldMissing)) }
    return problems
  }

  private static func number(_ identity: GuestIdentity, _ arrivalDay: CivilDate) -> [FieldProblem] {
    let number = identity.documentNumber
    guard !number.isEmpty else { return [FieldProblem(.documentNumber, .fieldMissing)] }
    let isNine = number.utf8.count == 9 && number.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
    let isPersonal = (try? PersonalNumber(number)) != nil
    let isGood =
      switch identity.documentKind {
      case .chipCard, .identityCard, .identificationNotice: isPersonal
      case .oldCard: isPersonal || (isNine && (arrivalDay.year, arrivalDay.month) < (2026, 7))
      case .passport: (try? PassportNumber(number)) != nil
      default: true
      }
    return isGood ? [] : [FieldProblem(.documentNumber, .documentNumberMalformed)]
  }

  private static func zone(_ identity: GuestIdentity, _ arrivalDay: CivilDate) -> [FieldProblem] {
    guard !identity.machineReadableZone.isEmpty else { return [] }
    guard let zone = try? MachineReadableZone(parsing: identity.machineReadableZone, reference: arrivalDay) else {
      return [FieldProblem(.machineReadableZone, .fieldInvalid)]
    }
    var problems: [FieldProblem] = []
    if !zone.failedChecks.isEmpty { problems.append(FieldProblem(.machineReadableZone, .documentCheckDigit)) }
    if !zone.unreadableFields.isEmpty { problems.append(FieldProblem(.machineReadableZone, .fieldInvalid)) }
    let declared = (try? PassportNumber(identity.documentNumber))?.text ?? identity.documentNumber
    if zone.isValid, declared != zone.documentNumber, declared != zone.personalNumber?.digits {
      problems.append(FieldProblem(.documentNumber, .fieldInvalid))
    }
    return problems
  }
}
