/// Why bytes are no event, identity or entry.
///
/// The bytes are at fault and stay so: there is nothing to retry. The text names the place and never repeats a byte of the record.
public enum WireError: Error, Hashable, Sendable {
  /// The bytes are no protobuf message.
  case malformed(Malformation)
  /// A field that must be there is not.
  case missing(WireField)
  /// A field has a length or a value that is not allowed.
  case invalid(WireField)
  /// A text is longer than its limit.
  case tooLong(WireField)
  /// There is no body that this version knows.
  case unknownBody

  /// What is wrong with bytes that are no protobuf message.
  public enum Malformation: Hashable, Sendable {
    /// They end inside a field.
    case truncated
    /// A variable-length integer has more than ten bytes.
    case varint
    /// A tag has field number 0, or a number or wire type that does not exist.
    case tag
    /// There is a group, which no version of the schema has.
    case group
    /// A text is not UTF-8.
    case text
    /// Confluent framing names another message than the first of the schema.
    case framing
    /// The first 36 bytes are not the two chain fields of an entry.
    case chainFields
  }
}

extension WireError: CustomStringConvertible {
  /// The error in words, as the quarantine shows it.
  public var description: String {
    switch self {
    case .malformed(let malformation): malformation.words
    case .missing(let field): "\(field.rawValue) is missing"
    case .invalid(let field): "\(field.rawValue) is not allowed"
    case .tooLong(let field): "\(field.rawValue) is too long"
    case .unknownBody: "no known body"
    }
  }
}

extension WireError.Malformation {
  fileprivate var words: String {
    switch self {
    case .truncated: "ends inside a field"
    case .varint: "an integer is too long"
    case .tag: "a tag is not allowed"
    case .group: "groups are not allowed"
    case .text: "a text is not UTF-8"
    case .framing: "framed as another message"
    case .chainFields: "chain fields are not in their place"
    }
  }
}

/// The fields that an error can name, by their names in the schema.
public enum WireField: String, Hashable, Sendable {
  case eventID = "event_id"
  case establishment
  case happened = "happened_ms"
  case captured = "captured_ms"
  case received = "received_ms"
  case channel
  case after
  case ownReference = "own_reference"
  case officer
  case filledIn = "filled_in"
  case traceparent
  case replayOf = "replay_of"
  case identity
  case month
  case envelope
  case nonce
  case ciphertext
  case stay
  case stayID = "stay_id"
  case guestKind = "guest_kind"
  case nationality
  case room
  case arrival
  case departure
  case reason
  case party
  case permitUntil = "permit_until_day"
  case day
  case details
  case name
  case kind
  case commune
  case fullName = "full_name"
  case birthDate = "birth_date"
  case sex
  case documentKind = "document_kind"
  case documentNumber = "document_number"
  case documentName = "document_name"
  case documentExpiry = "document_expiry_day"
  case noDocumentReason = "no_document_reason"
  case machineReadableZone = "machine_readable_zone"
  case phone
  case address
  case reasonText = "reason_text"
  case note
  case ledgerID = "ledger_id"
  case outcome
  case code
  case fields
  case digest
  case seal
  case position
  case body
  case event
  case facts
  case first
  case source
  case now = "now_ms"
  case rules
  case incarnation
  case format
  case resets
  case sealed
}
