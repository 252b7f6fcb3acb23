package import LodgingDomain

/// The columns of `residents.csv`, in their order.
package enum ResidentColumn: Int, CaseIterable, Hashable, Sendable {
  case number
  case fullName
  case birthDate
  case sex
  case status
  case documentNumber
  case documentExpiry

  /// The name in the file's header, which is also the name in reports.
  package var name: String {
    switch self {
    case .number: "number"
    case .fullName: "full_name"
    case .birthDate: "birth_date"
    case .sex: "sex"
    case .status: "status"
    case .documentNumber: "document_number"
    case .documentExpiry: "document_expiry"
    }
  }

  /// What is to be said of a value that cannot be.
  var hint: DraftProblem.Hint {
    switch self {
    case .number: .personalNumber
    case .fullName: .residentName
    case .birthDate: .birthDateOfTable
    case .sex: .noneOf(["M", "F"])
    case .status: .noneOf(ResidentStatus.allCases.map(\.name))
    case .documentNumber: .otherDocument
    case .documentExpiry: .dateOfTable
    }
  }

  /// Whether a row without it is bad.
  var isRequired: Bool { rawValue < Self.documentNumber.rawValue }
}

/// A column of a row that keeps the row from being loaded.
package struct ResidentProblem: Hashable, Sendable {
  /// The data row, from 1; the header is not counted, rows without anything in them are.
  package var row: Int
  /// The column.
  package var column: ResidentColumn
  /// `field.missing`, `field.invalid` or `document.number-malformed`.
  package var code: Code
  /// What is wrong in particular.
  package var hint: DraftProblem.Hint
}

/// A resident as a row of the file says it.
///
/// The name is borrowed: it is valid only while the row is handed out.
package struct ResidentRow {
  /// The full name, UTF-8 in Unicode NFC, at most `GuestName.bytesMax` bytes with at least one letter.
  package var fullName: UnsafeRawBufferPointer
  /// Everything else.
  package var details: ResidentDetails
}

/// What a row says of a resident beside the name.
package struct ResidentDetails: Sendable {
  /// The personal number.
  package var number: PersonalNumber
  /// The birth date.
  package var birthDate: PartialDate
  /// The sex.
  package var sex: Sex
  /// What the register says.
  package var status: ResidentStatus
  /// The number of a document other than the one that bears the personal number, if there is one.
  package var documentNumber: PassportNumber?
}
