package import LodgingDomain
import LodgingFiles
import LodgingStore
import LodgingWire

/// A row as the check-in that it stands for.
struct DraftedRow {
  var row: Int
  /// The check-in, under the id that it has unless the row turns out to be about a stay that is registered.
  var event: StayEvent
  var identity: GuestIdentity
  /// When the guest left, where the file says so.
  var departed: StatedTime?
  /// The document under the keys of all months that exist, to find the stays that the row may be about.
  var fingerprints: [DocumentFingerprint]
  /// The local day of arrival.
  var arrivalDay: CivilDate
  /// Whether the guest is under eighteen on that day.
  var isMinor: Bool
  /// What looks wrong and is taken as it stands.
  var advice: [DraftProblem]
  /// Whether a later row of the file is about the same stay, so that this one does not have the last word.
  var isSuperseded = false
}

/// Turns rows into check-ins, filling in what the file does not say.
struct RowDrafter {
  /// The time of the import.
  let now: Instant
  private let register: Register
  private let options: ImportOptions
  private let format: ImportFormat
  private let ids: ContentID

  init(_ register: Register, options: ImportOptions, format: ImportFormat, now: Instant) {
    self.register = register
    self.options = options
    self.format = format
    self.now = now
    ids = ContentID(key: register.keys.eventIDKey)
  }

  // MARK: Ids

  /// The id of a row: from its content, or for cards and zones without an arrival from establishment, document and local day.
  func id(of row: ImportedRow) -> EventID {
    var parts = [options.establishment.description, format.rawValue]
    let isScan = format == .qr || format == .mrz
    if isScan, options.arrival == nil, let number = row.draft.documentNumber {
      parts += [row.draft.documentKind?.name ?? "", row.draft.nationality?.code ?? "", number, today.description]
    } else {
      parts += row.content
      if isScan { parts.append(options.arrival?.description ?? today.description) }
    }
    return ids.make(parts)
  }

  /// An id that follows from another one and a purpose.
  func id(after id: EventID, _ purpose: String...) -> EventID { ids.make([id.description] + purpose) }

  /// A digest of all that a row tells, the same on this register whenever it is sent.
  func content(of row: DraftedRow) -> String {
    ContentDigest().make(event: row.event, identity: row.identity, key: register.keys.eventIDKey).description
  }

  /// What makes two rows of a file be about the same stay, in few bytes; nil for a guest without a document.
  func subject(of row: ImportedRow) -> UInt64? {
    guard let number = row.draft.documentNumber, !number.isEmpty, let kind = row.draft.documentKind, kind != .noDocument else { return nil }
    let day = (row.draft.arrival ?? options.arrival).map { LocalZone.vietnam.date(at: $0.moment().instant) } ?? today
    return ids.make([kind.name, row.draft.nationality?.code ?? "", number, day.description]).high
  }

  // MARK: Check-ins

  /// The check-in of a row; what could not be read is filled in too, so that the rest can be held against the rules.
  func draft(_ row: ImportedRow) -> DraftedRow {
    let draft = row.draft
    var filledIn: StayEvent.FilledIn = []
    let stated = draft.arrival ?? options.arrival
    if stated == nil { filledIn.insert(.arrival) }
    let arrival = stated?.moment() ?? LocalMoment(now)
    if draft.departure ?? options.departure == nil { filledIn.insert(.departure) }
    let departure = (draft.departure ?? options.departure)?.moment() ?? Self.dayAfter(arrival)
    // Without a nationality, the kind of guest is only the kind of file.
    let details = StayDetails(
      guestKind: draft.nationality == nil ? .citizen : draft.guestKind, nationality: draft.nationality ?? .vietnam,
      room: draft.room ?? options.room ?? "", arrival: arrival, departure: departure,
      reason: (draft.reason ?? options.reason)?.number ?? 1, permitUntil: draft.permitUntil)
    let event = StayEvent(
      id: id(of: row), establishment: options.establishment, happened: arrival.instant, captured: now, received: now,
      channel: channel, filledIn: filledIn, body: .checkIn(details))
    let identity = identity(of: draft)
    let day = LocalZone.vietnam.date(at: details.arrivalRead(received: now))
    return DraftedRow(
      row: row.row, event: event, identity: identity, departed: draft.actualDeparture,
      fingerprints: fingerprints(identity, details.nationality), arrivalDay: day,
      isMinor: IdentityExamination(identity, arrivalDay: day, reason: details.reason).isMinor, advice: draft.advice)
  }

  private var today: CivilDate { LocalZone.vietnam.date(at: now) }

  private var channel: StayEvent.Channel {
    switch format {
    case .qr: .qr
    case .mrz: .mrz
    case .citizensCSV, .citizensXLSX, .foreignersXML: .file
    }
  }

  private static func dayAfter(_ arrival: LocalMoment) -> LocalMoment {
    let zone = LocalZone.vietnam
    return LocalMoment(zone.lastSecond(of: zone.date(at: arrival.instant).adding(days: 1)), isDateOnly: true)
  }

  private func identity(of draft: GuestDraft) -> GuestIdentity {
    GuestIdentity(
      fullName: draft.fullName ?? "", birthDate: draft.birthDate, sex: draft.sex, documentKind: draft.documentKind ?? .noDocument,
      documentNumber: draft.documentNumber ?? "", documentName: draft.documentName ?? "", documentExpiry: draft.documentExpiry,
      noDocumentReason: draft.noDocumentReason, machineReadableZone: draft.machineReadableZone.joined(separator: "\n"),
      phone: draft.phone ?? "", address: draft.residence.text ?? "", reasonText: draft.reasonText ?? "", note: draft.note ?? "")
  }

  private func fingerprints(_ identity: GuestIdentity, _ nationality: Nationality) -> [DocumentFingerprint] {
    guard identity.documentKind != .noDocument, !identity.documentNumber.isEmpty else { return [] }
    return register.documentFingerprints(kind: identity.documentKind, nationality: nationality, number: identity.documentNumber)
  }
}

extension Register {
  /// A document under the keys of all months whose keys exist.
  package func documentFingerprints(kind: DocumentKind, nationality: Nationality, number: String) -> [DocumentFingerprint] {
    DirectoryFingerprints.sameDocument(kind: kind, nationality: nationality, number: number, under: keys.secretMonths.compactMap(keys.keys))
  }
}
