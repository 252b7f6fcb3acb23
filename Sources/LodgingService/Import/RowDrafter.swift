package import LodgingDomain
import LodgingFiles
import LodgingStore
import LodgingWire

/// A row as the check-in that it stands for.
struct DraftedRow {
  var row: Int
  var event: StayEvent
  var identity: GuestIdentity
  /// When the guest left, where the file says so.
  var departed: Instant?
  /// The document under the keys of all months that exist, to find the stay that the row may amend.
  var fingerprints: [DocumentFingerprint]
  /// The local day of arrival.
  var arrivalDay: CivilDate

  /// What makes two rows be about the same stay.
  var subject: [String] { [identity.documentKind.name, identity.documentNumber, arrivalDay.description] }
}

/// Turns rows into check-ins, filling in what the file does not say.
struct RowDrafter {
  private let register: Register
  private let options: ImportOptions
  private let format: ImportFormat
  private let ids: ContentID

  init(_ register: Register, options: ImportOptions, format: ImportFormat) {
    self.register = register
    self.options = options
    self.format = format
    ids = ContentID(key: register.keys.eventIDKey)
  }

  /// The id of a row: from its content, or for cards and zones without an arrival from establishment, document and local day.
  func id(of row: ImportedRow, now: Instant) -> EventID {
    var parts = [options.establishment.description, format.rawValue]
    let isScan = format == .qr || format == .mrz
    if isScan, options.arrival == nil, let number = row.draft.documentNumber {
      parts += [row.draft.documentKind?.name ?? "", number, LocalZone.vietnam.date(at: now).description]
    } else {
      parts += row.content
      if isScan { parts.append(options.arrival.map { "\($0)" } ?? LocalZone.vietnam.date(at: now).description) }
    }
    return ids.make(parts)
  }

  /// An id that follows from another one and a purpose.
  func id(after id: EventID, _ purpose: String...) -> EventID { ids.make([id.description] + purpose) }

  /// The check-in of a row without problems.
  func draft(_ row: ImportedRow, now: Instant) -> DraftedRow {
    let draft = row.draft
    var filledIn: StayEvent.FilledIn = []
    let stated = draft.arrival ?? options.arrival
    if stated == nil { filledIn.insert(.arrival) }
    let arrival = stated?.moment() ?? LocalMoment(now)
    if draft.departure ?? options.departure == nil { filledIn.insert(.departure) }
    let departure = (draft.departure ?? options.departure)?.moment() ?? Self.dayAfter(arrival)
    let details = StayDetails(
      guestKind: draft.guestKind, nationality: draft.nationality ?? .vietnam, room: draft.room ?? options.room ?? "", arrival: arrival,
      departure: departure, reason: (draft.reason ?? options.reason)?.number ?? 1, permitUntil: draft.permitUntil)
    let event = StayEvent(
      id: id(of: row, now: now), establishment: options.establishment, happened: arrival.instant, captured: now, received: now,
      channel: channel, filledIn: filledIn, body: .checkIn(details))
    let identity = identity(of: draft)
    return DraftedRow(
      row: row.row, event: event, identity: identity, departed: draft.actualDeparture?.moment().instant,
      fingerprints: fingerprints(identity, details.nationality),
      arrivalDay: LocalZone.vietnam.date(at: details.arrivalRead(received: now)))
  }

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
    keys.months.compactMap { month in
      keys.keys(of: month.month).map {
        let value = DirectoryFingerprints.sameDocument(kind: kind, nationality: nationality, number: number, key: $0.fingerprint)
        return DocumentFingerprint(month: month.month, value: value)
      }
    }
  }
}
