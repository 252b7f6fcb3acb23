import Foundation
package import LodgingDomain
package import LodgingPipeline
import LodgingStore
import LodgingWire

/// A receipt as it is signed: what became of one event, and nothing that names a guest.
package struct ReceiptOutput: Codable, Equatable, Sendable {
  package var receipt: String
  package var establishment: String
  package var event: String
  package var kind: String
  package var outcome: String
  package var codes: [String]
  package var received: String
  package var decided: String
  package var due: String?
  package var judged: String?
  package var ownReference: String?
  package var ledger: String
  /// The signed form: a compact JWS (RFC 7515) with EdDSA over the other fields as JSON.
  package var signed: String?
  /// What can no longer be read behind it, in English; never part of what is signed.
  package var note: String?
  /// The same in Vietnamese.
  package var noteVietnamese: String?

  enum CodingKeys: String, CodingKey {
    case receipt, establishment, event, kind, outcome, codes, received, decided, due, judged, ledger, signed, note
    case ownReference = "own_reference"
    case noteVietnamese = "note_vi"
  }
}

/// Looks receipts up, and signs them when they are fetched.
package struct ReceiptDesk {
  private let register: Register

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// The receipt of this name, signed; nil where there is none.
  package func fetch(_ id: ReceiptID) throws -> ReceiptOutput? {
    guard id.incarnation == register.incarnation, (0..<register.log.partitionCount).contains(id.partition),
      let row = try register.store.read({ try $0.receipt(partition: id.partition, source: id.source) }),
      try register.receiptID(of: row) == id
    else { return nil }
    var output = ReceiptOutput(
      receipt: id.description, establishment: row.establishment.description, event: row.event.description, kind: row.kind.name,
      outcome: row.decision.outcome.name, codes: row.decision.codes.namesForEstablishment, received: row.received.rfc3339(),
      decided: row.now.rfc3339(), due: row.decision.due?.rfc3339(), judged: row.decision.judged?.rfc3339(),
      ownReference: row.ownReference.isEmpty ? nil : row.ownReference, ledger: "\(row.partition):\(row.ledgerOffset)", signed: nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    output.signed = try ReceiptSignature.sign(try encoder.encode(output), with: register.keys.receiptKey)
    if let note = try note(on: row) { (output.note, output.noteVietnamese) = (note.english, note.vietnamese) }
    return output
  }

  /// What is to be said where the key of the event's month is destroyed; it stands beside what is signed.
  private func note(on row: ReceiptRow) throws -> DestroyedNote? {
    guard !register.destroyedMonths.isEmpty else { return nil }
    let month = try register.log.fetch(TopicPartition(.ledger, row.partition), at: row.ledgerOffset) { record -> KeyMonth? in
      guard let entry = record.value.flatMap({ try? LedgerReader.entry($0) }), case .decided(_, let facts) = entry.body else { return nil }
      return facts.month
    }
    return (month ?? nil).flatMap { register.isDestroyed($0) ? .receipt($0) : nil }
  }

  /// The public keys that receipts are verified with, as a JSON Web Key Set.
  package var keySet: String { String(decoding: register.keys.receiptKeySet.json, as: UTF8.self) }

  /// The content of a signed receipt; nil where no key of the set has signed it, or where the fields beside the signed text say something
  /// else than it does.
  ///
  /// Takes the signed text alone, or the JSON object that a fetch gave.
  package static func verify(_ text: String, keySet: String) throws -> ReceiptOutput? {
    let told = try? JSONDecoder().decode(ReceiptOutput.self, from: Data(text.utf8))
    let keys = try JSONWebKeySet(json: Array(keySet.utf8))
    guard let payload = try? ReceiptSignature.verify(told?.signed ?? text, with: keys) else { return nil }
    let signed = try JSONDecoder().decode(ReceiptOutput.self, from: Data(payload))
    if var told {
      (told.signed, told.note, told.noteVietnamese) = (nil, nil, nil)
      guard told == signed else { return nil }
    }
    return signed
  }
}

extension EventKind {
  /// The name in interfaces.
  package var name: String {
    switch self {
    case .checkIn: "check-in"
    case .amendment: "amendment"
    case .roomChange: "room-change"
    case .extended: "extension"
    case .checkOut: "check-out"
    case .cancellation: "cancellation"
    case .dailyClose: "daily-close"
    case .establishmentOpened: "establishment-opened"
    case .establishmentChanged: "establishment-changed"
    case .establishmentClosed: "establishment-closed"
    }
  }
}
