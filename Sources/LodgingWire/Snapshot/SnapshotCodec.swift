public import LodgingDomain

/// The bytes of a partition's state, the same on every node at the same chain value.
///
/// Little-endian, in this order: format, ledger time, forgotten source, establishments in the order in which they were first seen (each
/// with its open stays in the order of their ids), registrations in their order. Text is a 16-bit length and UTF-8. A change of this
/// layout is a new format number.
public enum SnapshotCodec: Sendable {
  /// The layout that this code writes and reads.
  public static let format: UInt32 = 2

  /// Writes a state.
  public static func encode(_ state: PartitionState) -> [UInt8] {
    let registrations = state.registrations
    var writer = FixedWriter(capacity: 64 + 96 * state.establishments.count + 104 * state.openStays + 66 * registrations.count)
    writer.put(format)
    writer.put(state.now.milliseconds)
    writer.put(state.forgottenThrough)
    writer.put(UInt32(state.establishments.count))
    for establishment in state.establishments { encode(establishment, to: &writer) }
    writer.put(UInt32(registrations.count))
    for registration in registrations { encode(registration, to: &writer) }
    return writer.bytes
  }

  /// Reads a state.
  ///
  /// Throws ``SnapshotError`` for anything that ``encode(_:)`` did not write; nothing is half read.
  public static func decode(_ bytes: [UInt8]) throws(SnapshotError) -> PartitionState {
    var reader = FixedReader(bytes: bytes)
    guard try reader.take(UInt32.self) == format else { throw .unknownFormat }
    let now = Instant(milliseconds: try reader.take(Int64.self))
    let forgotten = try reader.take(Int64.self)
    var establishments: [EstablishmentState] = []
    for _ in 0..<(try reader.takeCount(bytesEach: 40)) { establishments.append(try decodeEstablishment(&reader)) }
    var registrations: [PartitionState.Registration] = []
    let count = try reader.takeCount(bytesEach: 60)
    registrations.reserveCapacity(count)
    for _ in 0..<count { registrations.append(try decodeRegistration(&reader)) }
    guard reader.isAtEnd,
      let state = PartitionState(now: now, forgottenThrough: forgotten, establishments: establishments, registrations: registrations)
    else { throw .malformed }
    return state
  }

  // MARK: Establishments

  private static func encode(_ establishment: EstablishmentState, to writer: inout FixedWriter) {
    let details = establishment.details
    writer.put(establishment.id.description)
    writer.put(details.name)
    writer.put(details.kind.rawValue)
    writer.put(details.commune.number)
    writer.put(UInt8(details.remote ? 1 : 0))
    writer.put(details.rooms)
    writer.put(details.beds)
    writer.put(establishment.status.rawValue)
    writer.put(establishment.lastReport?.milliseconds ?? .min)
    writer.put(establishment.overSince?.milliseconds ?? .min)
    writer.put(UInt32(establishment.stays.count))
    for (id, stay) in establishment.stays.sorted(by: { $0.id < $1.id }) {
      writer.put(id)
      encode(stay, to: &writer)
    }
  }

  private static func decodeEstablishment(_ reader: inout FixedReader) throws(SnapshotError) -> EstablishmentState {
    let text = try reader.takeText()
    let name = try reader.takeText()
    let kind = EstablishmentKind(rawValue: try reader.take(UInt8.self))
    let commune = CommuneCode(number: try reader.take(UInt32.self))
    let remote = try reader.take(UInt8.self) == 1
    let rooms = try reader.take(UInt32.self)
    let beds = try reader.take(UInt32.self)
    let status = EstablishmentStatus(rawValue: try reader.take(UInt8.self))
    let lastReport = try reader.take(Int64.self)
    let overSince = try reader.take(Int64.self)
    guard let id = try? EstablishmentID(text), let kind, let commune, let status else { throw .malformed }
    var stays: [EventID: Stay] = [:]
    for _ in 0..<(try reader.takeCount(bytesEach: 72)) {
      let stay = try reader.takeID()
      stays[stay] = try decodeStay(&reader)
    }
    let details = EstablishmentDetails(name: name, kind: kind, commune: commune, remote: remote, rooms: rooms, beds: beds)
    return EstablishmentState(
      id: id, details: details, status: status, lastReport: instant(lastReport), overSince: instant(overSince), stays: stays)
  }

  /// A moment that may be missing, as it is written.
  private static func instant(_ milliseconds: Int64) -> Instant? {
    milliseconds == .min ? nil : Instant(milliseconds: milliseconds)
  }

  // MARK: Stays

  private static func encode(_ stay: Stay, to writer: inout FixedWriter) {
    writer.put(bytes: 63) { fields in
      fields.put(stay.guestKind.rawValue)
      fields.put(stay.presence.rawValue)
      fields.put(UInt8(stay.isMinor ? 1 : 0) | UInt8(stay.party == nil ? 0 : 2))
      fields.put(stay.party ?? EventID(high: 0, low: 0))
      fields.put(stay.month.index)
      fields.put(stay.arrival.milliseconds)
      fields.put(stay.departure.milliseconds)
      fields.put(stay.due.milliseconds)
      fields.put(stay.reported.milliseconds)
      fields.put(stay.judged.milliseconds)
    }
    writer.put(stay.room)
  }

  private static func decodeStay(_ reader: inout FixedReader) throws(SnapshotError) -> Stay {
    let kind = GuestKind(rawValue: try reader.take(UInt8.self))
    let presence = Presence(rawValue: try reader.take(UInt8.self))
    let bits = try reader.take(UInt8.self)
    let party = try reader.takeID()
    let month = KeyMonth(index: try reader.take(UInt32.self))
    let arrival = Instant(milliseconds: try reader.take(Int64.self))
    let departure = Instant(milliseconds: try reader.take(Int64.self))
    let due = Instant(milliseconds: try reader.take(Int64.self))
    let reported = Instant(milliseconds: try reader.take(Int64.self))
    let judged = Instant(milliseconds: try reader.take(Int64.self))
    let room = try reader.takeText()
    guard let kind, let presence, bits < 4 else { throw .malformed }
    return Stay(
      guestKind: kind, isMinor: bits & 1 == 1, presence: presence, room: room, arrival: arrival, departure: departure, due: due,
      party: bits & 2 == 2 ? party : nil, month: month, reported: reported, judged: judged)
  }

  // MARK: Registrations

  private static func encode(_ registration: PartitionState.Registration, to writer: inout FixedWriter) {
    let record = registration.record
    writer.put(bytes: 66) { fields in
      fields.put(registration.establishment)
      fields.put(registration.event)
      fields.put(record.source)
      fields.put(record.digest.first)
      fields.put(record.digest.second)
      fields.put(record.month.index)
      fields.put(record.outcome.rawValue)
      fields.put(record.codes.rawValue)
      fields.put(UInt8(record.isCheckIn ? 1 : 0))
      fields.put(record.registered.milliseconds)
    }
  }

  private static func decodeRegistration(_ reader: inout FixedReader) throws(SnapshotError) -> PartitionState.Registration {
    let establishment = try reader.take(UInt32.self)
    let event = try reader.takeID()
    let source = try reader.take(Int64.self)
    let digest = Digest128(first: try reader.take(UInt64.self), second: try reader.take(UInt64.self))
    let month = KeyMonth(index: try reader.take(UInt32.self))
    let outcome = Outcome(rawValue: try reader.take(UInt8.self))
    let codes = CodeSet(rawValue: try reader.take(UInt64.self))
    let isCheckIn = try reader.take(UInt8.self) == 1
    let registered = Instant(milliseconds: try reader.take(Int64.self))
    guard let outcome else { throw .malformed }
    let record = RegisteredEvent(
      source: source, digest: digest, month: month, outcome: outcome, codes: codes, isCheckIn: isCheckIn, registered: registered)
    return PartitionState.Registration(establishment: establishment, event: event, record: record)
  }
}

/// Why bytes are not a snapshot.
public enum SnapshotError: Error, Equatable, Sendable {
  /// Written by another version of the software.
  case unknownFormat
  /// Cut off, or damaged.
  case malformed
}
