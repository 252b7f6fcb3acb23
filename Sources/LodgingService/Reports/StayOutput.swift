import Foundation
package import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// One stay as `lodging stays` shows it.
///
/// Without a purpose the identity is masked.
package struct StayOutput: Encodable, Sendable {
  package var establishment: String
  package var stay: String
  package var presence: String
  package var guestKind: String
  package var nationality: String
  package var minor: Bool
  package var room: String
  package var arrival: String
  package var departure: String
  package var departed: String?
  package var reported: String
  package var codes: [String]
  package var identity: Identity

  /// Who the guest is, as far as it may be said.
  package struct Identity: Encodable, Equatable, Sendable {
    /// `masked`, `opened`, `destroyed` or `unreadable`.
    package var state: String
    package var fullName: String?
    package var birthDate: String?
    package var sex: String?
    package var documentKind: String?
    package var documentNumber: String?
    /// What the state means, in English.
    package var note: String?
    /// What the state means, in Vietnamese.
    package var noteVietnamese: String?

    enum CodingKeys: String, CodingKey {
      case state, sex, note
      case noteVietnamese = "note_vi"
      case fullName = "full_name"
      case birthDate = "birth_date"
      case documentKind = "document_kind"
      case documentNumber = "document_number"
    }
  }

  enum CodingKeys: String, CodingKey {
    case establishment, stay, presence, nationality, minor, room, arrival, departure, departed, reported, codes, identity
    case guestKind = "guest_kind"
  }

  init(_ record: StayRecord, identity: Identity) {
    establishment = record.reference.establishment.description
    stay = record.reference.stay.description
    presence = record.presence.name
    guestKind = record.guestKind == .citizen ? "citizen" : "foreigner"
    nationality = record.nationality.code
    minor = record.isMinor
    room = record.room
    arrival = record.arrival.rfc3339()
    departure = record.departure.rfc3339()
    departed = record.departed?.rfc3339()
    reported = record.reported.rfc3339()
    codes = record.codes.names
    self.identity = identity
  }
}

/// Answers questions about stays, and opens identities where a purpose is given, which it records first.
package struct StayDesk {
  private let register: Register

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// The stays of an establishment.
  package func stays(of establishment: EstablishmentID, purpose: String?) throws -> [StayOutput] {
    try output(try register.store.read { try $0.stays(of: establishment) }, purpose: purpose)
  }

  /// What a search by document number cannot find any more, in words.
  package var unsearchable: [DestroyedNote] { register.destroyedMonths.map { .search($0) } }

  /// The stays under a document number, whatever kind of document it is; months whose key is destroyed cannot be searched any more.
  package func stays(document number: String, purpose: String?) throws -> [StayOutput] {
    var fingerprints = register.documentFingerprints(kind: .chipCard, nationality: .vietnam, number: number)
    for kind in [DocumentKind.passport, .other] {
      for nationality in Nationality.all {
        fingerprints += register.documentFingerprints(kind: kind, nationality: nationality, number: number)
      }
    }
    return try output(try register.store.read { try $0.stays(by: fingerprints) }, purpose: purpose)
  }

  private func output(_ records: [StayRecord], purpose: String?) throws -> [StayOutput] {
    guard let purpose else {
      return records.map { StayOutput($0, identity: destroyed($0) ?? StayOutput.Identity(state: "masked")) }
    }
    try record(purpose: purpose, stays: records.map(\.reference))
    let opener = IdentityOpener()
    return try records.map { StayOutput($0, identity: try open($0, with: opener)) }
  }

  /// Notes who opens what and why on the log before anything is opened.
  private func record(purpose: String, stays: [StayReference]) throws {
    let appender = try register.log.makeAppender()
    let note = Disclosure(
      at: register.clock.now.rfc3339(), user: NSUserName(), purpose: purpose, stays: stays.map { "\($0.establishment)/\($0.stay)" })
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try appender.submit([NewRecord(key: nil, value: Array(try encoder.encode(note)))], to: TopicPartition(.disclosures, 0), tag: 0)
    for acknowledgement in try appender.settle(1) { _ = try acknowledgement.result.get() }
  }

  private struct Disclosure: Encodable {
    var at: String
    var user: String
    var purpose: String
    var stays: [String]
  }

  private func destroyed(_ stay: StayRecord) -> StayOutput.Identity? {
    guard register.isDestroyed(stay.month) else { return nil }
    let note = DestroyedNote.identity(stay.month)
    return StayOutput.Identity(state: "destroyed", note: note.english, noteVietnamese: note.vietnamese)
  }

  private func open(_ stay: StayRecord, with opener: IdentityOpener) throws -> StayOutput.Identity {
    if let destroyed = destroyed(stay) { return destroyed }
    guard let keys = register.keys.keys(of: stay.month) else {
      return StayOutput.Identity(
        state: "unreadable", note: "the key ring has no key of \(stay.month); restore its backup",
        noteVietnamese: "chùm khóa không có khóa của tháng \(stay.month); hãy khôi phục bản sao lưu")
    }
    let place = TopicPartition(.ledger, stay.partition)
    let identity = try register.log.fetch(place, at: stay.identityOffset) { record in
      record.value.flatMap { Self.identity(in: $0, of: stay.reference, with: opener, keys: keys) }
    }
    guard let identity = identity ?? nil else {
      return StayOutput.Identity(
        state: "unreadable", note: "the sealed box does not open", noteVietnamese: "không mở được phong bì niêm phong")
    }
    return StayOutput.Identity(
      state: "opened", fullName: identity.fullName, birthDate: identity.birthDate?.description, sex: identity.sex?.letter,
      documentKind: identity.documentKind.name, documentNumber: identity.documentNumber)
  }

  private static func identity(
    in bytes: UnsafeRawBufferPointer, of stay: StayReference, with opener: IdentityOpener, keys: MonthKeys
  ) -> GuestIdentity? {
    guard let entry = try? LedgerReader.entry(bytes) else { return nil }
    if case .reseal(let reseal) = entry.body {
      return opener.open(reseal.sealed, establishment: stay.establishment, event: stay.stay, keys: keys)
    }
    let record = UnsafeRawBufferPointer(rebasing: bytes[entry.event])
    guard let decoded = try? WireEvent.decode(record), case .event(let event) = decoded.content, case .sealed(let ranges) = decoded.identity
    else {
      return nil
    }
    return opener.open(ranges, in: record, establishment: event.establishment, event: event.id, keys: keys)
  }
}
