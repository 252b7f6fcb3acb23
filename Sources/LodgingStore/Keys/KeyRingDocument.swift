import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingWire

/// The JSON of a key ring's file, version 1.
///
/// Bytes are base64, times are RFC 3339.
struct KeyRingDocument: Codable {
  var format: Int
  var ledger: String
  var chainKeys: [ChainKeyRecord]
  var directoryKey: Data
  var eventIDKey: Data
  var receiptKeys: [Data]
  var offlineAllowanceDays: Int
  var months: [MonthRecord]

  /// The version that is written.
  static let newestFormat = 1

  enum CodingKeys: String, CodingKey {
    case format, ledger, months
    case chainKeys = "chain_keys"
    case directoryKey = "directory_key"
    case eventIDKey = "event_id_key"
    case receiptKeys = "receipt_keys"
    case offlineAllowanceDays = "offline_allowance_days"
  }

  struct ChainKeyRecord: Codable {
    var id: UInt32
    var key: Data
  }

  struct MonthRecord: Codable {
    var month: String
    var publicKey: Data
    var sealUntil: String
    var acceptUntil: String
    var destroyed: String?
    /// The three that are gone once the month is destroyed.
    var privateKey: Data?
    var fingerprintKey: Data?
    var digestKey: Data?

    enum CodingKeys: String, CodingKey {
      case month, destroyed
      case publicKey = "public_key"
      case sealUntil = "seal_until"
      case acceptUntil = "accept_until"
      case privateKey = "private_key"
      case fingerprintKey = "fingerprint_key"
      case digestKey = "digest_key"
    }
  }
}

/// What in a document is not as it must be, by the name of the field.
struct KeyRingFieldError: Error {
  var field: String
}

extension KeyRingDocument {
  init(_ contents: KeyRingContents) {
    format = Self.newestFormat
    ledger = contents.ledgerID.description
    chainKeys = contents.chainKeys.map { ChainKeyRecord(id: $0.id, key: Data($0.key)) }
    directoryKey = Data(contents.directoryKey)
    eventIDKey = Data(contents.eventIDKey)
    receiptKeys = contents.receiptKeys.map { Data($0.bytes) }
    offlineAllowanceDays = contents.offlineAllowanceDays
    months = contents.months.values.sorted { $0.told.month < $1.told.month }.map(MonthRecord.init)
  }

  func contents() throws(KeyRingFieldError) -> KeyRingContents {
    guard let ledgerID = LedgerID(ledger) else { throw KeyRingFieldError(field: "ledger") }
    guard let directory = SipKey(bytes: directoryKey) else { throw KeyRingFieldError(field: "directory_key") }
    guard let eventID = SipKey(bytes: eventIDKey) else { throw KeyRingFieldError(field: "event_id_key") }
    guard (0...366).contains(offlineAllowanceDays) else { throw KeyRingFieldError(field: "offline_allowance_days") }
    let chain = chainKeys.compactMap { record in SipKey(bytes: record.key).map { ChainKey(id: record.id, key: $0) } }
    guard !chain.isEmpty, chain.count == chainKeys.count else { throw KeyRingFieldError(field: "chain_keys") }
    let receipts = receiptKeys.compactMap { ReceiptKey(bytes: $0) }
    guard !receipts.isEmpty, receipts.count == receiptKeys.count else { throw KeyRingFieldError(field: "receipt_keys") }
    var contents = KeyRingContents(
      ledgerID: ledgerID, chainKeys: chain, directoryKey: directory, eventIDKey: eventID, receiptKeys: receipts,
      offlineAllowanceDays: offlineAllowanceDays)
    for record in months {
      guard let month = record.contents(), contents.months[month.told.month] == nil else { throw KeyRingFieldError(field: "months") }
      contents.months[month.told.month] = month
    }
    return contents
  }
}

extension KeyRingDocument.MonthRecord {
  fileprivate init(_ contents: KeyRingContents.Month) {
    month = contents.told.month.description
    publicKey = Data(contents.told.publicKey)
    sealUntil = contents.told.sealUntil.description
    acceptUntil = contents.told.acceptUntil.description
    destroyed = contents.told.destroyed?.description
    privateKey = contents.secret.map { Data($0.privateBytes) }
    fingerprintKey = contents.secret.map { Data($0.fingerprint) }
    digestKey = contents.secret.map { Data($0.digest) }
  }

  fileprivate func contents() -> KeyRingContents.Month? {
    guard let month = KeyMonth(month), publicKey.count == MonthKeys.privateKeyBytes, let sealUntil = try? Instant(rfc3339: sealUntil),
      let acceptUntil = try? Instant(rfc3339: acceptUntil)
    else { return nil }
    var told = KeyRingMonth(month: month, publicKey: Array(publicKey), sealUntil: sealUntil, acceptUntil: acceptUntil)
    if let destroyed {
      // A month is either whole or destroyed; half of one is a damaged file.
      guard let time = try? Instant(rfc3339: destroyed), privateKey == nil, fingerprintKey == nil, digestKey == nil else { return nil }
      told.destroyed = time
      return KeyRingContents.Month(told: told, secret: nil)
    }
    guard let privateKey, let fingerprintKey, let digestKey,
      let secret = MonthKeys(
        month: month, privateKey: Array(privateKey), fingerprint: Array(fingerprintKey), digest: Array(digestKey)),
      secret.publicBytes == told.publicKey
    else { return nil }
    return KeyRingContents.Month(told: told, secret: secret)
  }
}

extension Data {
  fileprivate init(_ key: SipKey) {
    self = key.withBytes { Data($0) }
  }
}
