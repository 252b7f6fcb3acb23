import LodgingDomain

/// A stay of the evening in few words: everything else of its events is drawn from the sequence that ``sequence`` addresses, so that a
/// later event about the stay can be made from this alone.
struct PlannedStay: Sendable {
  /// Addresses the stay's random numbers; unique in the evening.
  var sequence: UInt64
  /// Makes the check-in's id; the same as ``sequence`` but where an id is used again on purpose.
  var id: UInt64
  /// The establishment's index; negative for one that does not exist.
  var establishment: Int
  /// The resident's or visitor's index.
  var guest: Int
  var isForeigner = false
  var isMinor = false
  /// Whether minors of the party rely on this guest.
  var isGuardian = false
  /// Visitors of one group have one nationality.
  var group: UInt64
  /// Makes the party's id; 0 for a guest alone.
  var party: UInt64 = 0
  var room: Int
  var channel: StayEvent.Channel
  /// From the arrival to the report, in milliseconds, where nothing deviates.
  var delay: Int64
  /// Nights; 0 for a room by the hour.
  var nights: Int
  var deviations: DeviationSet = []
  /// Makes the id of the event to come after; 0 for none.
  var after: UInt64 = 0

  // Known once the check-in is sent.
  var arrival = Instant(milliseconds: 0)
  var departure = Instant(milliseconds: 0)
  var captured = Instant(milliseconds: 0)
  var received = Instant(milliseconds: 0)
  var isArrivalDateOnly = false
  var isDepartureDateOnly = false

  /// Whether the register takes the check-in.
  var isRegistered: Bool { deviations.isDisjoint(with: .rejecting) }
}

/// An event of the evening in few words.
struct PlannedEvent: Sendable {
  /// The kinds of events about stays.
  enum Kind: UInt8, Sendable {
    case checkIn
    case amendment
    case roomChange
    case extended
    case checkOut
    case cancellation
    case dailyClose
  }

  var kind: Kind
  /// Makes the event's id, and addresses its random numbers.
  var id: UInt64
  /// The stay; for a daily close only the establishment counts.
  var stay: PlannedStay
  /// When the event is received; for a check-in the stay says it.
  var received = Instant(milliseconds: 0)
  var deviations: DeviationSet = []
  /// Guests at a daily close.
  var guests = 0
}

/// What the evening has yet to send.
enum PlannedAction: Sendable {
  /// A guest of a party, or a guest who comes back.
  case arrival(PlannedStay)
  /// The corrected check-in after a rejection.
  case correction(PlannedStay)
  /// An event about a registered stay.
  case event(PlannedEvent)
  /// An event that was sent at `item` before.
  case again(PlannedEvent, item: Int, isSealedAnew: Bool)
}
