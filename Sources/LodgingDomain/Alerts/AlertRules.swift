/// When alerts arise; pure functions of what is known of stays and establishments.
public enum AlertRules: Sendable {
  /// Two stays must overlap by this much before it means something: people leave early without a check-out.
  public static let overlapMinHours: Int64 = 1
  /// Nobody travels faster than this between two establishments, airport to airport included.
  public static let travelSpeedMaxKilometersPerHour: Double = 700
  /// Below this distance no speed is judged.
  public static let travelDistanceMinKilometers: Double = 60
  /// Over capacity for this long counts as persisting.
  public static let overCapacityHours: Int64 = 6
  /// An open establishment that has reported before and says nothing for this long is silent.
  public static let silentDays: Int64 = 3
  /// So many failed identities of one establishment in a day raise an alert, given ``failedIdentitiesShare``.
  public static let failedIdentitiesMin = 5
  /// Failed identities raise an alert only if they are at least one in so many of the day's check-ins.
  public static let failedIdentitiesShare = 5

  /// A fingerprint that more stays than this declare is a placeholder that somebody types in, and no document: it is held against nothing.
  public static let staysOfDocumentMax = 256

  /// The codes that make an identity count as failed.
  public static let failingCodes: CodeSet = [
    CodeSet(.directoryUnknownNumber), CodeSet(.directoryNameDiffers), CodeSet(.directoryDeceased), CodeSet(.directoryDocumentRevoked),
    CodeSet(.identityUnreadable), CodeSet(.documentNumberMalformed), CodeSet(.documentCheckDigit),
  ]

  /// What one finding of the directory weighs; nil where alone it raises no alert.
  static func weight(of code: Code) -> (severity: AlertSeverity, score: Int)? {
    switch code {
    case .directoryUnknownNumber: (.high, 60)
    case .directoryNameWordMissing: (.low, 15)
    case .directoryNameDiffers: (.high, 55)
    case .directoryBirthDateSwapped: (.low, 10)
    case .directoryBirthDateDiffers: (.medium, 35)
    case .directorySexDiffers: (.medium, 30)
    case .directoryDeceased: (.critical, 95)
    case .directoryDocumentRevoked: (.critical, 85)
    case .directoryDocumentLost: (.high, 70)
    default: nil
    }
  }

  /// The card of one person and stay whose identity does not agree with the register; nil where only accents or word order differ.
  public static func identityMismatch(codes: CodeSet, stay: StayReference, at: Instant) -> Alert? {
    let findings = codes.intersection(.directoryFlags).codes.compactMap { code in weight(of: code).map { (code: code, weight: $0) } }
    guard let severity = findings.map(\.weight.severity).max() else { return nil }
    return Alert(
      kind: .identityMismatch, severity: severity, score: min(100, findings.reduce(0) { $0 + $1.weight.score }),
      establishment: stay.establishment, stay: stay.stay, at: at, reasons: findings.map { .finding($0.code) })
  }

  /// What two stays under the same document give rise to; the order of the arguments does not matter.
  ///
  /// `kilometers` is the distance between the two establishments' communes, nil where unknown.
  public static func compare(_ left: DocumentStay, _ right: DocumentStay, kilometers: Double?) -> [Alert] {
    guard left.reference.establishment != right.reference.establishment else { return [] }
    let (first, second) = left.precedes(right) ? (left, right) : (right, left)
    return [overlap(first, second), travel(first, second, kilometers: kilometers)].compactMap { $0 }
  }

  private static func overlap(_ first: DocumentStay, _ second: DocumentStay) -> Alert? {
    let shared = min(first.end, second.end) - second.arrival
    guard shared >= overlapMinHours * Instant.millisecondsPerHour else { return nil }
    let hours = shared / Instant.millisecondsPerHour
    let severity: AlertSeverity = first.departed == nil && second.departed == nil ? .high : .medium
    return Alert(
      kind: .stayOverlap, severity: severity, score: min(90, 50 + Int(min(hours, 40))), establishment: second.reference.establishment,
      stay: second.reference.stay, other: first.reference, at: second.arrival,
      reasons: [.sameDocument(hours: hours)])
  }

  private static func travel(_ first: DocumentStay, _ second: DocumentStay, kilometers: Double?) -> Alert? {
    guard let kilometers, kilometers >= travelDistanceMinKilometers else { return nil }
    let left = min(first.departed ?? first.arrival, second.arrival)
    let hours = Double(second.arrival - left) / Double(Instant.millisecondsPerHour)
    guard kilometers > hours * travelSpeedMaxKilometersPerHour else { return nil }
    let minutes = (second.arrival - left) / Instant.millisecondsPerMinute
    return Alert(
      kind: .impossibleTravel, severity: .high, score: min(100, 60 + Int(kilometers) / 40), establishment: second.reference.establishment,
      stay: second.reference.stay, other: first.reference, at: second.arrival,
      reasons: [.distance(kilometers: Int64(kilometers), minutes: minutes)])
  }

  /// An establishment that has had more guests than beds since `since`, judged at ledger time `now`.
  public static func overCapacity(_ id: EstablishmentID, guests: Int, beds: Int, since: Instant, now: Instant) -> Alert? {
    guard beds > 0, guests > beds, since.adding(hours: overCapacityHours) <= now else { return nil }
    let excess = 100 * (guests - beds) / beds
    return Alert(
      kind: .overCapacityPersisting, severity: excess >= 50 ? .high : .medium, score: min(100, 30 + excess), establishment: id, at: since,
      reasons: [.overCapacity(hours: overCapacityHours, guests: Int64(guests), beds: Int64(beds))])
  }

  /// An open establishment that has reported before, last at `last`, judged at ledger time `now`.
  public static func silent(_ id: EstablishmentID, last: Instant, now: Instant) -> Alert? {
    guard last.adding(days: silentDays) <= now else { return nil }
    let days = (now - last) / Instant.millisecondsPerDay
    let day = LocalZone.vietnam.date(at: last)
    return Alert(
      kind: .establishmentSilent, severity: days >= 7 ? .medium : .low, score: min(60, 20 + Int(min(days, 40))), establishment: id,
      day: day,
      at: last, reasons: [.silent(since: day)])
  }

  /// An establishment with many failed identities among the check-ins of one local day.
  public static func failedIdentities(_ id: EstablishmentID, day: CivilDate, failed: Int, checkIns: Int, at: Instant) -> Alert? {
    guard failed >= failedIdentitiesMin, failed * failedIdentitiesShare >= checkIns else { return nil }
    return Alert(
      kind: .failedIdentities, severity: failed * 2 >= checkIns ? .high : .medium, score: min(100, 40 + failed), establishment: id,
      day: day,
      at: at, reasons: [.failedIdentities(failed: Int64(failed), checkIns: Int64(checkIns))])
  }
}

/// A stay as far as it is held against other stays under the same document.
public struct DocumentStay: Hashable, Sendable {
  /// Which stay.
  public var reference: StayReference
  /// When the guest arrived.
  public var arrival: Instant
  /// When the guest plans to leave.
  public var departure: Instant
  /// When the guest left, where that is known.
  public var departed: Instant?

  /// Makes a stay from its parts.
  public init(reference: StayReference, arrival: Instant, departure: Instant, departed: Instant?) {
    self.reference = reference
    self.arrival = arrival
    self.departure = departure
    self.departed = departed
  }

  /// The end of the stay: when the guest left, else the plan.
  var end: Instant { departed ?? departure }

  /// The order that makes the result independent of which stay was read first: by arrival, then by name.
  func precedes(_ other: DocumentStay) -> Bool {
    arrival != other.arrival ? arrival < other.arrival : reference < other.reference
  }
}
