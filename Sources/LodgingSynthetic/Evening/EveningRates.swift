/// How often everything of the evening happens: the one place to change it.
///
/// Rates are drawn independently; what cannot be (no minor left in a small country, a name without marks to drop) is left out, so that
/// counts may stay a little below. Together about 94 of 100 items are accepted or flagged.
package enum EveningRates {
  /// How often a deviation happens to a check-in, in 100,000 of citizens and of foreigners.
  package struct CheckIn: Sendable {
    /// What happens.
    package let deviation: Deviation
    /// In 100,000 check-ins of citizens.
    package let citizens: Int
    /// In 100,000 check-ins of foreigners.
    package let foreigners: Int
  }

  /// Deviations of check-ins, one at most by this table; see ``secondDeviationPer100k``.
  ///
  /// The two about establishments happen to guests alone only, and those that reject not to the adult whom minors rely on.
  package static let checkIns: [CheckIn] = [
    // Registered and flagged.
    rate(.late, 1_500, 1_500), rate(.offline, 700, 700), rate(.offlineTooLong, 80, 80),
    rate(.accentsDropped, 1_100, 0), rate(.wordsSwapped, 250, 0), rate(.wordMissing, 350, 0), rate(.letterChanged, 450, 0),
    rate(.otherName, 80, 0), rate(.birthSwapped, 200, 0), rate(.birthDiffers, 300, 0), rate(.sexDiffers, 180, 0),
    rate(.unknownNumber, 400, 0), rate(.deceased, 60, 0), rate(.documentRevoked, 60, 0), rate(.documentLost, 100, 0),
    rate(.documentExpired, 350, 350), rate(.documentNone, 800, 250), rate(.permitEnded, 0, 700), rate(.permitShorter, 0, 1_500),
    // Registered without remark.
    rate(.birthYearOnly, 400, 0), rate(.reasonTextMissing, 90, 90),
    // Rejected.
    rate(.arrivalInFuture, 90, 90), rate(.arrivalTooOld, 70, 70), rate(.departureBeforeArrival, 240, 240), rate(.reasonInvalid, 100, 100),
    rate(.guestKindInvalid, 50, 50), rate(.afterMissing, 130, 130), rate(.unknownEstablishment, 700, 700),
    rate(.closedEstablishment, 700, 700), rate(.nameMissing, 150, 150), rate(.birthMissing, 150, 150), rate(.birthInFuture, 60, 60),
    rate(.documentReasonMissing, 70, 70), rate(.numberMalformed, 750, 0), rate(.numberMissing, 200, 200), rate(.checkDigitWrong, 0, 1_200),
    rate(.sealDamaged, 80, 80), rate(.sealAbsent, 50, 50), rate(.sealExpired, 50, 50),
  ]

  private static func rate(_ deviation: Deviation, _ citizens: Int, _ foreigners: Int) -> CheckIn {
    CheckIn(deviation: deviation, citizens: citizens, foreigners: foreigners)
  }

  /// Check-ins with a deviation that get a second one of another part of the event, in 100,000.
  package static let secondDeviationPer100k = 6_000
  /// Establishments whose clerk makes mistakes all evening, in 100,000.
  package static let carelessEstablishmentsPer100k = 300
  /// Check-ins of citizens at a careless establishment with a typing error, half of them a letter of the name, in 100,000.
  package static let carelessErrorsPer100k = 70_000
  /// Citizens who arrived before 23:00 and are reported after it all the same, in 100,000 of those that the clock catches.
  package static let caughtByDeadlinePer100k = 15_000
  /// Check-ins that an officer enters on behalf of the establishment, in 100,000.
  package static let officerEntriesPer100k = 1_500
  /// Parties of a minor alone, in 100,000 parties.
  package static let minorsAlonePer100k = 400
  /// Small establishments that take more guests than they have beds, in 100,000 parties before 20:00.
  package static let crowdsPer100k = 500
  /// Establishments that close in the afternoon before the evening, in 100,000.
  package static let closedEstablishmentsPer100k = 400

  /// What follows a registered check-in, in 100,000 of them.
  package enum FollowUp {
    /// The guest moves to another room.
    package static let roomChange = 3_000
    /// The planned departure changes.
    package static let extended = 3_000
    /// The guest leaves before the evening ends, and says so.
    package static let checkOut = 7_000
    /// The check-in was a mistake.
    package static let cancellation = 1_400
    /// A correction of a check-in without mistakes: the planned departure or the room.
    package static let amendment = 2_000
    /// The same bytes are sent again, because the sender saw no answer.
    package static let sentAgain = 2_300
    /// The same content is sent again in a new box.
    package static let sealedAnew = 1_000
    /// The id is used again for another guest.
    package static let idReused = 160
    /// Another establishment uses the same id.
    package static let idShared = 30
    /// The document checks in elsewhere in the same province or the next.
    package static let documentNearby = 220
    /// The document checks in at the other end of the country.
    package static let documentFar = 120
    /// The guest leaves, and checks in elsewhere.
    package static let movedOn = 300
    /// The room change comes before the check-in.
    package static let early = 120
  }

  /// Check-ins with a typing error that an amendment puts right, in 100,000 of them.
  package static let amendedPer100k = 30_000
  /// Rejected check-ins that are put right and sent again under the same id, in 100,000 of them.
  package static let correctedPer100k = 55_000
  /// Stays that ended and are spoken of once more, in 100,000 of them.
  package static let stayClosedPer100k = 5_000
  /// Room changes that forget the room, in 100,000 of them.
  package static let roomMissingPer100k = 3_000
  /// Extensions to before the arrival, in 100,000 of them.
  package static let extensionBeforeArrivalPer100k = 3_000
  /// Later events that say what they come after, in 100,000 of them.
  package static let namesAfterPer100k = 40_000

  /// What comes whatever else waits to be sent, in 100,000 items.
  package enum Item {
    /// Random bytes.
    package static let randomBytes = 180
    /// An event cut off in the middle.
    package static let truncatedEvent = 220
    /// A value of no bytes.
    package static let emptyValue = 70
    /// No value at all.
    package static let tombstone = 70
    /// More than 64 KiB.
    package static let oversize = 10
    /// Random bytes without a key.
    package static let noKey = 40
    /// An event under another establishment's key.
    package static let wrongKey = 120
    /// An event in another partition than its key's.
    package static let wrongPartition = 90
    /// An event about a stay that nobody checked in.
    package static let stayUnknown = 200
  }

  /// After 23:30, when nothing waits to be sent: an establishment that had guests closes its books instead of new guests arriving, in
  /// 100,000.
  package static let dailyClosePer100k = 60_000
  /// Of the daily closes, those with more guests than were reported, in 100,000.
  package static let miscountedPer100k = 8_000
}
