public import LodgingDomain

/// The bytes of a partition's state, the same on every node at the same chain value.
///
/// Little-endian, in this order: format, ledger time, forgotten source, establishments in the order in which they were first seen (each
/// with its open stays in the order of their ids), registrations in their order. Text is a 16-bit length and UTF-8. A change of this
/// layout is a new format number.
public enum SnapshotCodec: Sendable {
  /// The layout that this code writes and reads.
  public static let format: UInt32 = 2

  private static let headBytes = 4 + 8 + 8 + 4 + 4
  private static let establishmentBytes = 35
  private static let stayBytes = 16 + 63
  private static let registrationBytes = 4 + 16 + FixedWriter.recordBytes

  /// Writes a state.
  public static func encode(_ state: PartitionState) -> [UInt8] {
    let registrations = state.registrations
    let count = headBytes + state.establishments.reduce(0) { $0 + bytes(of: $1) } + registrationBytes * registrations.count
    return FixedWriter.bytes(count) { writer in
      writer.put(format)
      writer.put(state.now.milliseconds)
      writer.put(state.forgottenThrough)
      writer.put(UInt32(state.establishments.count))
      for establishment in state.establishments { encode(establishment, to: &writer) }
      writer.put(UInt32(registrations.count))
      for registration in registrations { encode(registration, to: &writer) }
    }
  }

  /// Reads a state.
  ///
  /// Throws ``SnapshotError`` for anything that ``encode(_:)`` did not write; nothing is half read.
  public static func decode(_ bytes: [UInt8]) throws(SnapshotError) -> PartitionState {
    try bytes.withUnsafeBytes { bytes in Result { () throws(SnapshotError) in try decode(bytes) } }.get()
  }

  private static func decode(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> PartitionState {
    var reader = FixedReader(bytes)
    guard try reader.take(UInt32.self) == format else { throw .unknownFormat }
    let now = Instant(milliseconds: try reader.take(Int64.self))
    let forgotten = try reader.take(Int64.self)
    var establishments: [EstablishmentState] = []
    for _ in 0..<(try reader.takeCount(bytesEach: establishmentBytes)) { establishments.append(try decodeEstablishment(&reader)) }
    var registrations: [PartitionState.Registration] = []
    let count = try reader.takeCount(bytesEach: registrationBytes)
    registrations.reserveCapacity(count)
    for _ in 0..<count { registrations.append(try decodeRegistration(&reader)) }
    guard reader.isAtEnd,
      let state = PartitionState(now: now, forgottenThrough: forgotten, establishments: establishments, registrations: registrations)
    else { throw .malformed }
    return state
  }

  // MARK: Establishments

  private static func bytes(of establishment: EstablishmentState) -> Int {
    let texts = FixedWriter.textBytes(establishment.id.description) + FixedWriter.textBytes(establishment.details.name)
    return texts + establishmentBytes + establishment.stays.reduce(0) { $0 + stayBytes + FixedWriter.textBytes($1.stay.room) }
  }

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
    establishment.stays.forEachInOrder { id, stay in
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
    for _ in 0..<(try reader.takeCount(bytesEach: stayBytes)) {
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
    writer.put(stay.guestKind.rawValue)
    writer.put(stay.presence.rawValue)
    writer.put(UInt8(stay.isMinor ? 1 : 0) | UInt8(stay.party == nil ? 0 : 2))
    writer.put(stay.party ?? EventID(high: 0, low: 0))
    writer.put(stay.month.index)
    writer.put(stay.arrival.milliseconds)
    writer.put(stay.departure.milliseconds)
    writer.put(stay.due.milliseconds)
    writer.put(stay.reported.milliseconds)
    writer.put(stay.judged.milliseconds)
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
    writer.put(registration.establishment)
    writer.put(registration.event)
    writer.put(registration.record)
  }

  private static func decodeRegistration(_ reader: inout FixedReader) throws(SnapshotError) -> PartitionState.Registration {
    PartitionState.Registration(
      establishment: try reader.take(UInt32.self), event: try reader.takeID(), record: try reader.takeRecord())
  }
}

/// Why bytes are not a snapshot.
public enum SnapshotError: Error, Equatable, Sendable {
  /// Written by another version of the software.
  case unknownFormat
  /// Cut off, or damaged.
  case malformed
}
