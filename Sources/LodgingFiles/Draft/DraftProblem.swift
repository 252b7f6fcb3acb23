package import LodgingDomain

/// One thing that is wrong with a row.
package struct DraftProblem: Hashable, Sendable {
  /// The field it is about.
  package var field: DraftField
  /// The stable code.
  package var code: Code
  /// What is wrong in particular.
  package var hint: Hint
  /// What the value probably should be.
  ///
  /// It is offered and never taken without being asked, and it may be personal data.
  package var repair: String?

  /// Makes a problem from its parts.
  package init(_ field: DraftField, _ code: Code, _ hint: Hint, repair: String? = nil) {
    self.field = field
    self.code = code
    self.hint = hint
    self.repair = repair
  }

  /// What can be wrong with a field.
  package enum Hint: Hashable, Sendable {
    /// Nothing is there.
    case missing
    /// The row has another number of columns than the template.
    case columns(found: Int, expected: Int)
    /// More than so many bytes of UTF-8.
    case tooLong(bytesMax: Int)
    /// A control character is in it.
    case controlCharacter
    /// A formula gave an error value.
    case formulaError
    /// The spreadsheet program took the text for a date.
    case turnedIntoDate
    /// The spreadsheet program rounded the number or wrote it with an exponent.
    case roundedNumber
    /// The number has lost its leading zeros.
    case leadingZerosLost
    /// No date, or not written as it must be.
    case date
    /// A date without the zero before a day or month of one digit.
    case dateWithoutZeros
    /// The birth date lies after the arrival.
    case bornAfterArrival
    /// The departure lies before the arrival.
    case departureBeforeArrival
    /// The guest is said to have left at a time that lies ahead.
    case departedInFuture
    /// The guest is said to have left longer ago than is taken.
    case departedLongAgo
    /// No code of the catalogue.
    case unknownCode
    /// None of the words that can stand here.
    case noneOf([String])
    /// No whole number.
    case wholeNumber
    /// No id of an establishment.
    case establishmentID
    /// No commune of the catalogue in force.
    case unknownCommune
    /// Nothing but a name without control characters can stand here.
    case establishmentName
    /// No name.
    case notAName
    /// Neither M nor F, Nam nor Nữ.
    case sex
    /// Not a number of the kind of document.
    case documentNumber
    /// A check digit of a machine-readable zone does not fit.
    case checkDigit
    /// Not the lines of a machine-readable zone.
    case zone
    /// The zone of a visa.
    case visa
    /// A line of a machine-readable zone, counted from 1, that does not have the length of its kind.
    case zoneLine(Int)
    /// A line of a machine-readable zone, counted from 1, with a character that no zone has.
    case zoneCharacter(line: Int)
    /// No date in a machine-readable zone.
    case zoneDate
    /// No code of a nationality in a machine-readable zone.
    case zoneNationality
    /// Not the text of a card's QR code.
    case cardText
    /// No date in the text of a card's QR code.
    case cardDate
    /// No personal number.
    case personalNumber
    /// Not the name of a resident.
    case residentName
    /// No birth date as tables of residents have them.
    case birthDateOfTable
    /// No date as tables of residents have them.
    case dateOfTable
    /// No number of a document beside the personal number.
    case otherDocument
    /// The element stands in the record more than once.
    case repeated
  }
}

/// The fields of a row that a problem can be about.
package enum DraftField: Hashable, Sendable {
  /// A field that events have too.
  case event(Field)
  /// The row as a whole.
  case row
  /// The departure that has taken place.
  case actualDeparture

  /// The name in interfaces.
  package var name: String {
    switch self {
    case .event(let field): field.name
    case .row: "row"
    case .actualDeparture: "actual_departure"
    }
  }
}
