/// What the machine-readable zone of a travel document says (ICAO 9303 parts 4 to 6), with everything that is wrong with it.
///
/// Parsing fails only where the lines are no zone at all. Otherwise every field that can be read is there, ``failedChecks`` lists the
/// check digits that do not fit and ``unreadableFields`` the fields without a meaning, so that a clerk can be told everything at once.
///
/// ```swift
/// let zone = try MachineReadableZone(parsing: scanned, reference: today)
/// guard zone.isValid else { return report(zone.failedChecks, zone.unreadableFields) }
/// ```
public struct MachineReadableZone: Hashable, Sendable {
  /// The size of the document.
  public enum Format: UInt8, Hashable, Sendable, CaseIterable {
    /// A card: three lines of 30 characters.
    case td1 = 1
    /// A larger card: two lines of 36 characters.
    case td2 = 2
    /// A passport: two lines of 44 characters.
    case td3 = 3

    /// The count of lines.
    public var lineCount: Int { self == .td1 ? 3 : 2 }
    /// The characters of each line.
    public var lineLength: Int {
      switch self {
      case .td1: 30
      case .td2: 36
      case .td3: 44
      }
    }
  }

  /// The check digits, in the order in which they are reported.
  public enum Check: UInt8, Hashable, Sendable, CaseIterable {
    /// Of the document number.
    case documentNumber = 1
    /// Of the birth date.
    case birthDate = 2
    /// Of the expiry date.
    case expiryDate = 3
    /// Of a passport's optional data.
    case optionalData = 4
    /// Of the personal identification number on a Vietnamese card, which must also end in the card's number.
    case personalNumber = 5
    /// Of everything together.
    case composite = 6
  }

  /// The fields that may be unreadable.
  public enum Field: UInt8, Hashable, Sendable, CaseIterable {
    /// The document code.
    case documentCode = 1
    /// The issuing state or organisation.
    case issuer = 2
    /// The document number.
    case documentNumber = 3
    /// The nationality.
    case nationality = 4
    /// The birth date.
    case birthDate = 5
    /// The sex.
    case sex = 6
    /// The expiry date.
    case expiryDate = 7
    /// The name.
    case name = 8
    /// Optional data.
    case optionalData = 9
  }

  /// The size of the document.
  public var format: Format
  /// The document code without fillers, for example `P` or `ID`.
  public var documentCode: String
  /// The code of the issuing state or organisation as it stands, without fillers; Germany is `D`.
  public var issuer: String
  /// The document number without fillers, put together where it is longer than nine characters.
  public var documentNumber: String
  /// The code of the nationality as it stands, without fillers; ``nationality`` has its meaning.
  public var nationalityCode: String
  /// The birth date, or nil where it is unknown or unreadable.
  public var birthDate: PartialDate?
  /// The sex, or nil where it is left open or unreadable.
  public var sex: Sex?
  /// The last day of validity, or nil where there is none or it is unreadable.
  public var expiryDate: CivilDate?
  /// The primary identifier, usually the family name, with spaces for fillers.
  public var primaryName: String
  /// The secondary identifier, the given names, possibly empty.
  public var secondaryName: String
  /// Whether the name fills its field, so that it may go on in the document.
  public var mayBeTruncated: Bool
  /// Optional data without trailing fillers: of a card's first line what the number left over, of a passport field 29 to 42.
  public var optionalData: String
  /// Optional data of a card's second line without trailing fillers.
  public var secondOptionalData: String
  /// The personal identification number on Vietnamese documents, or nil.
  public var personalNumber: PersonalNumber?
  /// The check digits that do not fit, in the order of ``Check``.
  public var failedChecks: [Check]
  /// The fields that have no meaning, in the order of ``Field``.
  public var unreadableFields: [Field]
}

extension MachineReadableZone {
  /// Whether all check digits fit and all fields can be read.
  public var isValid: Bool { failedChecks.isEmpty && unreadableFields.isEmpty }

  /// The full name, family name first.
  public var fullName: String {
    secondaryName.isEmpty ? primaryName : "\(primaryName) \(secondaryName)"
  }

  /// The meaning of ``nationalityCode``, or nil for an unknown code.
  public var nationality: Nationality? { try? Nationality(nationalityCode) }

  /// Whether the document is a passport of whatever kind.
  public var isPassport: Bool { documentCode.utf8.first == UInt8(ascii: "P") }
}

/// Why lines are no machine-readable zone; holds nothing of the text.
public enum MachineReadableZoneError: Error, Hashable, Sendable {
  /// There are neither two nor three lines.
  case lineCount(Int)
  /// This line, counted from 1, does not have the length that its format wants.
  case lineLength(line: Int)
  /// This line, counted from 1, has a character outside `A-Z 0-9 <`.
  case characterNotAllowed(line: Int)
  /// It is the zone of a visa, which is no identity document.
  case visa
}
