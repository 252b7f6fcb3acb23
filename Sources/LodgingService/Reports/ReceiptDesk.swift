import Foundation
package import LodgingDomain
package import LodgingPipeline
import LodgingStore
package import LodgingWire

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
    guard let source = id.sourceNumber, (0..<register.log.partitionCount).contains(id.partition),
      let row = try register.store.read({ try $0.receipt(partition: id.partition, source: source.value) }),
      try register.receiptID(of: row) == id
    else { return nil }
    var output = ReceiptOutput(
      receipt: id.description, establishment: row.establishment.description, event: row.event.description, kind: row.kind.name,
      outcome: row.decision.outcome.name, codes: row.decision.codes.namesForEstablishment, received: row.received.rfc3339(),
      decided: row.now.rfc3339(), due: row.decision.due?.rfc3339(), judged: row.decision.judged?.rfc3339(),
      ownReference: row.ownReference.isEmpty ? nil : row.ownReference, ledger: "\(row.partition):\(row.ledgerOffset)", signed: nil)
    output.signed = try ReceiptSignature.sign(JSONText.bytes(of: output), with: register.keys.receiptKey)
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

  /// The content of a signed receipt, or why it must not be believed.
  ///
  /// Takes the signed text alone, or the JSON object that a fetch gave, whose other fields must then say the same. Throws
  /// `ReceiptError.keySetMalformed` where the keys are none.
  package static func verify(_ text: String, keySet: String) throws -> Result<ReceiptOutput, ReceiptRefusal> {
    let told = try? JSONDecoder().decode(ReceiptOutput.self, from: Data(text.utf8))
    let keys = try JSONWebKeySet(json: Array(keySet.utf8))
    guard !keys.keys.isEmpty else { throw ReceiptError.keySetMalformed }
    do throws(ReceiptError) {
      let payload = try ReceiptSignature.verify(told?.signed ?? text, with: keys)
      guard let signed = try? JSONDecoder().decode(ReceiptOutput.self, from: Data(payload)) else { return .failure(.unsigned(.malformed)) }
      if var told {
        (told.signed, told.note, told.noteVietnamese) = (nil, nil, nil)
        guard told == signed else { return .failure(.saysOther) }
      }
      return .success(signed)
    } catch {
      return .failure(.unsigned(error))
    }
  }
}

/// Why a receipt must not be believed.
package enum ReceiptRefusal: Error, Hashable, Sendable {
  /// The text is not what the keys have signed.
  case unsigned(ReceiptError)
  /// The fields beside the signed text say something else than it does.
  case saysOther

  /// What is wrong, and what to do.
  package var words: Words {
    switch self {
    case .unsigned(.unknownKey):
      Words(
        "The receipt names no key of the key set; fetch the set of the register that issued it.",
        "Biên nhận không nêu khóa nào trong bộ khóa; hãy lấy bộ khóa của sổ đăng ký đã cấp biên nhận.")
    case .unsigned(.signatureInvalid), .unsigned(.algorithmRefused):
      Words(
        "The receipt was changed, or the register has not signed it; do not believe it.",
        "Biên nhận đã bị sửa hoặc không do sổ đăng ký ký; không được tin.")
    case .unsigned:
      Words(
        "This is no signed receipt; give the file as `lodging receipt ID --json` wrote it.",
        "Đây không phải biên nhận có chữ ký; hãy dùng tệp do `lodging receipt ID --json` ghi ra.")
    case .saysOther:
      Words(
        "The fields of the receipt say something else than what was signed; believe only what is signed.",
        "Các trường của biên nhận khác với nội dung đã ký; chỉ tin nội dung đã ký.")
    }
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
