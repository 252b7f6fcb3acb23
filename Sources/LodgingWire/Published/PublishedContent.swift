import Foundation
package import LodgingDomain
import SwiftProtobuf

/// What a record of the topics `occupancy` and `alerts` says, apart from the positions that it stands on.
package enum PublishedContent: Hashable, Sendable {
  /// How full a unit is, over its establishments of one partition of the ledger.
  case occupancy(UnitCode, Occupancy)
  /// An alert that stands.
  case standing(PublishedAlert)
  /// An alert that does not stand any more.
  case withdrawn(Digest128)
}

/// An alert as it is published, with the units that it concerns.
package struct PublishedAlert: Hashable, Sendable {
  /// Its id.
  package var id: Digest128
  /// The alert.
  package var alert: Alert
  /// The units whose alert it is, from wide to narrow, the nation left out.
  package var units: [UnitCode]

  /// Makes an alert from its parts.
  package init(id: Digest128, alert: Alert, units: [UnitCode]) {
    self.id = id
    self.alert = alert
    self.units = units
  }
}

extension PublishedContent {
  /// The bytes of a record that stands on these positions.
  package func bytes(at positions: [PublishedPosition]) -> [UInt8] {
    // Numbers, texts and bytes can always be written.
    switch self {
    case .occupancy(let unit, let occupancy):
      var message = ProtoOccupancyFigures(unit, occupancy)
      if let position = positions.first { message.position = position.message }
      return (try? message.serializedBytes()) ?? []
    case .standing(let alert):
      var message = ProtoAlert(alert)
      message.positions = positions.map(\.message)
      return (try? message.serializedBytes()) ?? []
    case .withdrawn(let id):
      var message = ProtoAlert(withdrawn: id)
      message.positions = positions.map(\.message)
      return (try? message.serializedBytes()) ?? []
    }
  }

  /// By what equal contents are known, whatever positions they stand on.
  package var fingerprint: Digest128 { PublishedStamp.fingerprint(of: bytes(at: [])) }
}

/// What of a published record says whether it must be written again.
package struct PublishedStamp: Hashable, Sendable {
  /// The content's ``PublishedContent/fingerprint``.
  package var fingerprint: Digest128
  /// The positions that it stands on.
  package var positions: [PublishedPosition]

  /// Reads a record of the topic `occupancy`; nil for bytes that are none.
  package init?(occupancy bytes: UnsafeRawBufferPointer) {
    guard var message = Self.read(ProtoOccupancyFigures.self, bytes) else { return nil }
    positions = message.hasPosition ? [PublishedPosition(message.position)] : []
    message.clearPosition()
    fingerprint = Self.fingerprint(of: (try? message.serializedBytes()) ?? [])
  }

  /// Reads a record of the topic `alerts`; nil for bytes that are none.
  package init?(alert bytes: UnsafeRawBufferPointer) {
    guard var message = Self.read(ProtoAlert.self, bytes) else { return nil }
    positions = message.positions.map(PublishedPosition.init)
    message.positions = []
    fingerprint = Self.fingerprint(of: (try? message.serializedBytes()) ?? [])
  }

  /// Fields of a later version say nothing to this one: what they add is no difference.
  private static func read<Message: SwiftProtobuf.Message>(_ type: Message.Type, _ bytes: UnsafeRawBufferPointer) -> Message? {
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    return try? Message(serializedBytes: Array(bytes), options: options)
  }

  fileprivate static func fingerprint(of bytes: [UInt8]) -> Digest128 {
    bytes.withUnsafeBytes { KeyedHash.digest(key: SipKey(low: 0, high: 0), bytes: $0) }
  }
}

// MARK: Messages

extension ProtoOccupancyFigures {
  fileprivate init(_ unit: UnitCode, _ occupancy: Occupancy) {
    self.init()
    self.unit = unit.description
    present = UInt32(clamping: occupancy.present)
    overdue = UInt32(clamping: occupancy.overdue)
    presumedLeft = UInt32(clamping: occupancy.presumedLeft)
    citizens = UInt32(clamping: occupancy.citizens)
    foreigners = UInt32(clamping: occupancy.foreigners)
    minors = UInt32(clamping: occupancy.minors)
    roomsInUse = UInt32(clamping: occupancy.roomsInUse)
    rooms = UInt32(clamping: occupancy.rooms)
    beds = UInt32(clamping: occupancy.beds)
    establishments = UInt32(clamping: occupancy.establishments)
  }
}

extension ProtoAlert {
  fileprivate init(withdrawn id: Digest128) {
    self.init()
    self.id = id.description
    state = .withdrawn
  }

  fileprivate init(_ published: PublishedAlert) {
    self.init()
    let alert = published.alert
    id = published.id.description
    state = .standing
    kind = alert.kind.name
    severity = ProtoAlertSeverity(alert.severity)
    score = UInt32(clamping: alert.score)
    units = published.units.map(\.description)
    if let stay = alert.stay { self.stay = .init(stay.bigEndianBytes) }
    if let other = alert.other {
      self.other.establishment = other.establishment.description
      self.other.stay = .init(other.stay.bigEndianBytes)
    }
    if let day = alert.day { self.day = Int32(clamping: day.daysSinceEpoch) }
    if let notice = alert.notice { self.notice = .init(notice.bits.bigEndianBytes) }
    atMs = alert.at.milliseconds
    reasons = alert.reasons.map { reason in
      var message = ProtoAlert.Reason()
      message.code = reason.code
      message.values = reason.values
      return message
    }
  }
}

extension ProtoAlertSeverity {
  fileprivate init(_ severity: AlertSeverity) {
    self =
      switch severity {
      case .low: .low
      case .medium: .medium
      case .high: .high
      case .critical: .critical
      }
  }
}

extension EventID {
  fileprivate var bigEndianBytes: [UInt8] { withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) } }
}
