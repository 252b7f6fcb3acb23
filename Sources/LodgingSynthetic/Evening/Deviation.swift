public import LodgingDomain

/// What is wrong, or at least remarkable, with an item of the evening, and so what its verdict should say.
///
/// An item may have several. The names say what the sender did; ``code`` says what the register should find.
public enum Deviation: UInt8, CaseIterable, Sendable {
  // Times of a check-in.
  /// Reported after the deadline.
  case late = 0
  /// Captured without a connection, within the allowance.
  case offline = 1
  /// Captured without a connection, longer ago than the allowance.
  case offlineTooLong = 2
  /// The arrival lies more than two hours in the future.
  case arrivalInFuture = 3
  /// The arrival lies more than 366 days in the past.
  case arrivalTooOld = 4
  /// The planned departure lies before the arrival.
  case departureBeforeArrival = 5

  // Other stay facts of a check-in.
  /// The reason's number does not exist.
  case reasonInvalid = 6
  /// The kind of guest does not fit the nationality.
  case guestKindInvalid = 7
  /// A foreigner's permitted stay has ended.
  case permitEnded = 8
  /// A foreigner's permitted stay ends before the planned departure.
  case permitShorter = 9
  /// A minor without an adult.
  case minorAlone = 10
  /// More guests than beds.
  case overCapacity = 11
  /// Sent for an establishment that nobody opened.
  case unknownEstablishment = 12
  /// Sent for an establishment that closed.
  case closedEstablishment = 13
  /// Names an event to come after that is never registered.
  case afterMissing = 14

  // The name.
  /// Typed without marks.
  case accentsDropped = 15
  /// The family name last.
  case wordsSwapped = 16
  /// A word left out.
  case wordMissing = 17
  /// A letter changed.
  case letterChanged = 18
  /// Somebody else's name.
  case otherName = 19
  /// No name at all.
  case nameMissing = 20

  // Birth date and sex.
  /// Day and month of birth exchanged.
  case birthSwapped = 21
  /// Another day of birth.
  case birthDiffers = 22
  /// Only the year of birth was asked, which is enough.
  case birthYearOnly = 23
  /// No birth date at all.
  case birthMissing = 24
  /// Born after the arrival.
  case birthInFuture = 25
  /// The other sex.
  case sexDiffers = 26

  // The document.
  /// A number of the right form that the register does not have, and that may speak of another sex and year of birth.
  case unknownNumber = 27
  /// A deceased person's number.
  case deceased = 28
  /// A revoked document.
  case documentRevoked = 29
  /// A document reported lost.
  case documentLost = 30
  /// A document past its last day.
  case documentExpired = 31
  /// No usable paper; the reason is given.
  case documentNone = 32
  /// No usable paper and no reason for it.
  case documentReasonMissing = 33
  /// A personal number with a digit too few, too many or misread.
  case numberMalformed = 34
  /// No number at all.
  case numberMissing = 35
  /// A machine-readable zone whose check digit is wrong.
  case checkDigitWrong = 36
  /// Another reason for the stay, without the words that it asks for.
  case reasonTextMissing = 37

  // The sealed box.
  /// The box was damaged on the way.
  case sealDamaged = 38
  /// The identity was not sealed.
  case sealAbsent = 39
  /// Sealed to a month whose key takes no more events.
  case sealExpired = 40

  // Later events.
  /// The id of a registered event with other content.
  case idReused = 41
  /// The id of another establishment's event, which is allowed.
  case idShared = 42
  /// About a stay that nobody checked in.
  case stayUnknown = 43
  /// About a stay that has ended.
  case stayClosed = 44
  /// A room change sent before its check-in; it is sent again afterwards.
  case early = 45
  /// A room change without the room.
  case roomMissing = 46
  /// An extension to before the arrival.
  case extensionBeforeArrival = 47
  /// The document of a guest who stays in another establishment nearby.
  case documentNearby = 48
  /// The document of a guest who checked in far away a short while ago.
  case documentFar = 49
  /// A guest who left and checks in elsewhere, as people do.
  case movedOn = 50
  /// The corrected form of a check-in that was rejected, under the same id.
  case corrected = 51
  /// A typing error put right by an amendment.
  case amended = 52
  /// The same bytes again.
  case sentAgain = 53
  /// The same content sealed anew and received later.
  case sealedAnew = 54

  // What is no readable event under its own key.
  /// Random bytes, or none of the rest.
  case garbage = 55
  /// A readable event under another establishment's key.
  case wrongKey = 56
  /// A readable event in another partition than its key's.
  case wrongPartition = 57

  // What an establishment says of itself.
  /// A daily close with more guests than the register knows of.
  case miscounted = 58

  /// The code that the register should give for this alone; nil where it should find nothing, or a duplicate.
  ///
  /// Whether a late, offline or crowded check-in is flagged also depends on its establishment, as the rules say.
  public var code: Code? { Self.codes[Int(rawValue)] }

  private static let codes: [Code?] = allCases.map(expectedCode)

  private static func expectedCode(_ deviation: Deviation) -> Code? {
    switch deviation {
    case .late, .offlineTooLong: .reportLate
    case .offline: .reportOffline
    case .arrivalInFuture: .timeArrivalInFuture
    case .arrivalTooOld: .timeArrivalTooOld
    case .departureBeforeArrival, .extensionBeforeArrival: .timeDepartureBeforeArrival
    case .reasonInvalid, .guestKindInvalid, .birthInFuture: .fieldInvalid
    case .permitEnded: .permitEnded
    case .permitShorter: .permitShorterThanStay
    case .minorAlone: .guestMinorAlone
    case .overCapacity: .establishmentOverCapacity
    case .miscounted: .establishmentCountDiffers
    case .unknownEstablishment: .establishmentUnknown
    case .closedEstablishment: .establishmentClosed
    case .afterMissing: .eventAfterMissing
    case .idReused: .eventIDReused
    case .stayUnknown, .early: .stayUnknown
    case .stayClosed: .stayClosed
    case .sealDamaged: .identityUnreadable
    case .sealAbsent: .identityPlainRefused
    case .sealExpired: .eventSealExpired
    case .garbage: .eventUndecodable
    case .wrongKey: .eventWrongKey
    case .wrongPartition: .eventWrongPartition
    default: identityCode(deviation)
    }
  }

  private static func identityCode(_ deviation: Deviation) -> Code? {
    switch deviation {
    case .accentsDropped: .directoryNameAccents
    case .wordsSwapped: .directoryNameOrder
    case .wordMissing: .directoryNameWordMissing
    case .letterChanged, .otherName: .directoryNameDiffers
    case .birthSwapped: .directoryBirthDateSwapped
    case .birthDiffers: .directoryBirthDateDiffers
    case .sexDiffers: .directorySexDiffers
    case .unknownNumber: .directoryUnknownNumber
    case .deceased: .directoryDeceased
    case .documentRevoked: .directoryDocumentRevoked
    case .documentLost: .directoryDocumentLost
    case .documentExpired: .documentExpired
    case .documentNone: .documentNone
    case .numberMalformed: .documentNumberMalformed
    case .checkDigitWrong: .documentCheckDigit
    case .nameMissing, .birthMissing, .numberMissing, .documentReasonMissing, .reasonTextMissing,
      .roomMissing:
      .fieldMissing
    default: nil
    }
  }
}

/// A set of deviations in one word.
public struct DeviationSet: OptionSet, Hashable, Sendable {
  /// Bit *n* stands for the deviation with the raw value *n*.
  public let rawValue: UInt64

  /// Makes a set from its bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes a set of one deviation.
  public init(_ deviation: Deviation) { rawValue = 1 << UInt64(deviation.rawValue) }

  /// Makes a set of several deviations.
  init(_ deviations: Deviation...) { self = deviations.reduce(into: []) { $0.insert(DeviationSet($1)) } }

  /// Whether the set has the deviation.
  public func contains(_ deviation: Deviation) -> Bool { rawValue >> UInt64(deviation.rawValue) & 1 == 1 }

  /// The deviations in the order of their raw values.
  public var deviations: [Deviation] { Deviation.allCases.filter { contains($0) } }

  /// The codes that the register should give.
  public var codes: CodeSet {
    deviations.reduce(into: CodeSet()) { codes, deviation in
      if let code = deviation.code { codes.insert(code) }
    }
  }

  /// Those that keep a check-in from being registered.
  static let rejecting = DeviationSet(
    rawValue: Deviation.allCases.reduce(0) { bits, deviation in
      guard let group = deviation.code?.group, group == .rejection || group == .undecodable else { return bits }
      return bits | 1 << UInt64(deviation.rawValue)
    })

  /// Those that are typed wrong in the identity of a check-in that is registered, and may be put right by an amendment.
  static let typingErrors = DeviationSet(
    .accentsDropped, .wordsSwapped, .wordMissing, .letterChanged, .otherName, .birthSwapped, .birthDiffers, .sexDiffers, .unknownNumber)

  /// Those that a sender puts right and sends again under the same id, after the rejection.
  static let correctable = DeviationSet(
    .arrivalInFuture, .arrivalTooOld, .departureBeforeArrival, .reasonInvalid, .guestKindInvalid, .nameMissing, .birthMissing,
    .birthInFuture,
    .documentReasonMissing, .reasonTextMissing, .numberMalformed, .numberMissing, .checkDigitWrong, .sealDamaged, .sealAbsent,
    .sealExpired)
}
