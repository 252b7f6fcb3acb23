import LodgingDomain

/// Documents read from the lines of their machine-readable zones.
final class Zones: DraftSource {
  private var zones: ZoneGrouper
  private let today: CivilDate
  private let limits: ImportLimits
  private var row = 0

  let remarks: [ImportRemark] = []

  /// Prepares reading.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - today: The day that completes years of two digits.
  ///   - limits: The bounds.
  /// - Throws: What the text throws.
  init(source: any ByteSource, today: CivilDate, limits: ImportLimits) throws(ImportError) {
    zones = try ZoneGrouper(source: source, limits: limits)
    self.today = today
    self.limits = limits
  }

  func next() throws(ImportError) -> ImportedRow? {
    guard let zone = try zones.next() else { return nil }
    row += 1
    return ImportedRow(row: row, place: zone.place, draft: draft(zone), content: zone.lines)
  }

  private func draft(_ lines: ZoneLines) -> GuestDraft {
    var builder = DraftBuilder(guestKind: .foreigner)
    guard !lines.isTooLong else {
      builder.refuse(.row, .fieldInvalid, .tooLong(bytesMax: limits.lineBytesMax))
      return builder.draft
    }
    if lines.lines.allSatisfy({ $0.utf8.count <= Self.lineLengthMax }) { builder.set(\.machineReadableZone, lines.lines) }
    do throws(MachineReadableZoneError) {
      builder.zone(try MachineReadableZone(parsing: lines.lines.joined(separator: "\n"), reference: today))
    } catch {
      builder.refuse(.machineReadableZone, .fieldInvalid, DraftProblem.Hint(error))
    }
    return builder.draft
  }

  /// The longest line that is kept in a draft: that of a passport, and some more for what a reader read doubly.
  private static let lineLengthMax = 64
}

extension DraftBuilder {
  fileprivate mutating func zone(_ zone: MachineReadableZone) {
    if let nationality = zone.nationality {
      set(\.nationality, nationality)
      set(\.guestKind, nationality.guestKind)
    } else {
      refuse(.nationality, .fieldInvalid, .zoneNationality)
    }
    set(\.fullName, zone.fullName.isEmpty ? nil : zone.fullName)
    set(\.birthDate, zone.birthDate)
    set(\.sex, zone.sex)
    set(\.documentExpiry, zone.expiryDate)
    number(of: zone)
    for check in zone.failedChecks { refuse(Self.field(of: check), .documentCheckDigit, .checkDigit) }
    for field in zone.unreadableFields { refuse(field) }
  }

  /// A Vietnamese card is known by its personal identification number; cards of other countries have no kind of their own in the catalogue.
  private mutating func number(of zone: MachineReadableZone) {
    if zone.isPassport {
      set(\.documentKind, .passport)
      set(\.documentNumber, zone.documentNumber)
      guard !zone.documentNumber.isEmpty, (try? PassportNumber(zone.documentNumber)) == nil else { return }
      refuse(.documentNumber, .documentNumberMalformed, .documentNumber)
    } else if let personal = zone.personalNumber {
      set(\.documentKind, .chipCard)
      set(\.documentNumber, personal.digits)
    } else {
      set(\.documentKind, .other)
      set(\.documentName, "ICAO 9303 \(zone.documentCode) \(zone.issuer)")
      set(\.documentNumber, zone.documentNumber)
    }
  }

  private static func field(of check: MachineReadableZone.Check) -> Field {
    switch check {
    case .documentNumber, .personalNumber: .documentNumber
    case .birthDate: .birthDate
    case .expiryDate: .documentExpiry
    case .optionalData, .composite: .machineReadableZone
    }
  }

  private mutating func refuse(_ field: MachineReadableZone.Field) {
    switch field {
    case .documentNumber: refuse(.documentNumber, .documentNumberMalformed, .documentNumber)
    case .birthDate: refuse(.birthDate, .fieldInvalid, .zoneDate)
    case .sex: refuse(.sex, .fieldInvalid, .sex)
    case .expiryDate: refuse(.documentExpiry, .fieldInvalid, .zoneDate)
    case .name: refuse(.fullName, .fieldInvalid, .notAName)
    case .nationality: break  // Told above: a code that is empty means nothing either.
    case .documentCode, .issuer, .optionalData: refuse(.machineReadableZone, .fieldInvalid, .zone)
    }
  }
}

extension DraftProblem.Hint {
  fileprivate init(_ error: MachineReadableZoneError) {
    switch error {
    case .visa: self = .visa
    case .lineLength(let line): self = .zoneLine(line)
    case .characterNotAllowed(let line): self = .zoneCharacter(line: line)
    case .lineCount: self = .zone
    }
  }
}
