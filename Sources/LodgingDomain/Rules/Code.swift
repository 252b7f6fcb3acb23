/// The stable reasons of a decision.
///
/// The raw value is stored and never given a new meaning; the text is what interfaces show.
public enum Code: UInt8, CaseIterable, Sendable {
  // Quarantined.
  case eventUndecodable = 0
  case eventWrongPartition = 1
  case eventWrongKey = 2
  case eventTooLarge = 3
  // Rejected.
  case eventIDReused = 8
  case eventAfterMissing = 9
  case eventSealExpired = 10
  case identityUnreadable = 11
  case identityPlainRefused = 12
  case establishmentUnknown = 13
  case establishmentClosed = 14
  case fieldMissing = 15
  case fieldInvalid = 16
  case documentNumberMalformed = 17
  case documentCheckDigit = 18
  case timeDepartureBeforeArrival = 19
  case timeArrivalInFuture = 20
  case timeArrivalTooOld = 21
  case stayUnknown = 22
  case stayClosed = 23
  // Flags that the establishment sees.
  case reportLate = 32
  case reportOffline = 33
  case documentExpired = 34
  case documentNone = 35
  case guestMinorAlone = 36
  case establishmentOverCapacity = 37
  case permitEnded = 38
  case permitShorterThanStay = 39
  case establishmentCountDiffers = 40
  // Flags that only the police see.
  case directoryUnknownNumber = 48
  case directoryNameAccents = 49
  case directoryNameOrder = 50
  case directoryNameWordMissing = 51
  case directoryNameDiffers = 52
  case directoryBirthDateSwapped = 53
  case directoryBirthDateDiffers = 54
  case directorySexDiffers = 55
  case directoryDeceased = 56
  case directoryDocumentRevoked = 57
  case directoryDocumentLost = 58

  /// What having the code means for the event.
  public enum Group: Sendable {
    case undecodable
    case rejection
    case flag
    case directoryFlag
  }

  /// The group that the code belongs to.
  public var group: Group {
    switch rawValue {
    case 0..<8: .undecodable
    case 8..<32: .rejection
    case 32..<48: .flag
    default: .directoryFlag
    }
  }

  /// Whether the same event may be accepted later without being changed.
  public var isRetryable: Bool {
    switch self {
    case .eventAfterMissing, .establishmentUnknown, .stayUnknown, .eventSealExpired: true
    default: false
    }
  }

  /// The code's text in every interface.
  public var name: String {
    switch self {
    case .eventUndecodable: "event.undecodable"
    case .eventWrongPartition: "event.wrong-partition"
    case .eventWrongKey: "event.wrong-key"
    case .eventTooLarge: "event.too-large"
    case .eventIDReused: "event.id-reused"
    case .eventAfterMissing: "event.after-missing"
    case .eventSealExpired: "event.seal-expired"
    case .identityUnreadable: "identity.unreadable"
    case .identityPlainRefused: "identity.plain-refused"
    case .establishmentUnknown: "establishment.unknown"
    case .establishmentClosed: "establishment.closed"
    case .fieldMissing: "field.missing"
    case .fieldInvalid: "field.invalid"
    case .documentNumberMalformed: "document.number-malformed"
    case .documentCheckDigit: "document.check-digit"
    case .timeDepartureBeforeArrival: "time.departure-before-arrival"
    case .timeArrivalInFuture: "time.arrival-in-future"
    case .timeArrivalTooOld: "time.arrival-too-old"
    case .stayUnknown: "stay.unknown"
    case .stayClosed: "stay.closed"
    case .reportLate: "report.late"
    case .reportOffline: "report.offline"
    case .documentExpired: "document.expired"
    case .documentNone: "document.none"
    case .guestMinorAlone: "guest.minor-alone"
    case .establishmentOverCapacity: "establishment.over-capacity"
    case .permitEnded: "permit.ended"
    case .permitShorterThanStay: "permit.shorter-than-stay"
    case .establishmentCountDiffers: "establishment.count-differs"
    case .directoryUnknownNumber: "directory.unknown-number"
    case .directoryNameAccents: "directory.name-accents"
    case .directoryNameOrder: "directory.name-order"
    case .directoryNameWordMissing: "directory.name-word-missing"
    case .directoryNameDiffers: "directory.name-differs"
    case .directoryBirthDateSwapped: "directory.birth-date-swapped"
    case .directoryBirthDateDiffers: "directory.birth-date-differs"
    case .directorySexDiffers: "directory.sex-differs"
    case .directoryDeceased: "directory.deceased"
    case .directoryDocumentRevoked: "directory.document-revoked"
    case .directoryDocumentLost: "directory.document-lost"
    }
  }

  /// Finds a code by its text.
  public init?(name: some StringProtocol) {
    guard let code = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = code
  }
}

/// A set of codes in one word.
public struct CodeSet: OptionSet, Hashable, Sendable {
  /// Bit *n* stands for the code with the raw value *n*.
  public let rawValue: UInt64

  /// Makes a set from its bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes a set of one code.
  public init(_ code: Code) { rawValue = 1 << UInt64(code.rawValue) }

  /// All rejections.
  public static let rejections = CodeSet(rawValue: 0x0000_0000_FFFF_FF00)
  /// All flags that the establishment sees as they are.
  public static let flags = CodeSet(rawValue: 0x0000_FFFF_0000_0000)
  /// All flags that are told to the establishment as `check-document` only.
  public static let directoryFlags = CodeSet(rawValue: 0xFFFF_0000_0000_0000)

  /// Adds a code.
  public mutating func insert(_ code: Code) { formUnion(CodeSet(code)) }

  /// Whether the set has the code.
  public func contains(_ code: Code) -> Bool { contains(CodeSet(code)) }

  /// The codes in the order of their raw values.
  public var codes: [Code] { Code.allCases.filter(contains) }
}
