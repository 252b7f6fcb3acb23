package import Crypto
import Foundation
package import LodgingDomain
package import LodgingPipeline
package import LodgingWire
import Synchronization

/// The register's keys in one file of one machine, readable by its owner only (mode 0600).
///
/// Changes are written to a new file that replaces the old one, under a lock, so that a process that dies leaves the old ring or the new one. Whoever has
/// it open sees changes by ``reloadIfChanged()``. Backups of the file bring destroyed keys back: keep them no longer than the months they hold, and know
/// that a disk may keep replaced bytes for a while.
package final class FileKeyRing: KeyRing {
  /// For how long after the end of a month what was sealed in it is accepted: the allowance for senders that were offline.
  package static let acceptAfterDays: Int64 = 7

  /// The file.
  package let path: String

  private struct State {
    var file: KeyRingFile
    var stamp: FileStamp
    var months: [KeyMonth: MonthKeys]
  }

  private let state: Mutex<State>
  /// The ledger that the ring belongs to.
  package let ledgerID: LedgerID
  /// The key of the resident directory's fingerprints.
  package let directoryKey: SipKey
  /// The key under which imports derive event ids from content.
  package let idKey: SipKey
  /// Signs receipts (EdDSA, RFC 8037).
  package let receiptKey: Curve25519.Signing.PrivateKey

  /// Opens a ring; throws ``KeyRingError``.
  package init(path: String) throws(KeyRingError) {
    self.path = path
    let (file, stamp) = try KeyRingStorage(path: path).read()
    guard let ledgerID = LedgerID(file.ledgerID), let directoryKey = SipKey(bytes: file.directoryKey),
      let idKey = SipKey(bytes: file.idKey), let receiptKey = try? Curve25519.Signing.PrivateKey(rawRepresentation: file.receiptKey),
      !file.chainKeys.isEmpty, file.chainKeys.allSatisfy({ SipKey(bytes: $0.key) != nil })
    else { throw .malformed(path: path) }
    self.ledgerID = ledgerID
    self.directoryKey = directoryKey
    self.idKey = idKey
    self.receiptKey = receiptKey
    state = Mutex(State(file: file, stamp: stamp, months: try Self.months(of: file, path: path)))
  }

  /// Opens the ring, or makes one where there is none; two processes that do so at once end with the same ring.
  package static func openOrMake(path: String) throws(KeyRingError) -> FileKeyRing {
    try KeyRingStorage(path: path).makeIfMissing {
      var random = SystemRandomNumberGenerator()
      return KeyRingFile(
        ledgerID: LedgerID.random(using: &random).description,
        chainKeys: [KeyRingFile.ChainKeyEntry(id: 1, key: SipKey.random(using: &random).data)], directoryKey: SipKey.random(using: &random).data,
        idKey: SipKey.random(using: &random).data, receiptKey: Curve25519.Signing.PrivateKey().rawRepresentation)
    }
    return try FileKeyRing(path: path)
  }

  // MARK: Answers

  package var currentChainKey: ChainKey {
    state.withLock { state in
      let newest = state.file.chainKeys.max { $0.id < $1.id }
      // The initialiser refuses a ring without a chain key or with one of another length.
      return ChainKey(id: newest?.id ?? 0, key: newest.flatMap { SipKey(bytes: $0.key) } ?? directoryKey)
    }
  }

  package func chainKey(_ id: UInt32) -> SipKey? {
    state.withLock { $0.file.chainKeys.first { $0.id == id }.flatMap { SipKey(bytes: $0.key) } }
  }

  package func keys(of month: KeyMonth) -> MonthKeys? { state.withLock { $0.months[month] } }

  package func standing(of month: KeyMonth, at time: Instant) -> MonthStanding {
    state.withLock { $0.file.months.first { $0.month == month.description }?.standing(at: time) ?? .unknown }
  }

  /// All months of the ring, oldest first, as they stand at a time.
  package func months(at time: Instant) -> [MonthDescription] {
    state.withLock { $0.file.months }.compactMap { entry in
      KeyMonth(entry.month).map {
        MonthDescription(
          month: $0, standing: entry.standing(at: time), publicKey: Array(entry.publicKey), sealUntil: Instant(milliseconds: entry.sealUntil),
          acceptUntil: Instant(milliseconds: entry.acceptUntil), destroyed: entry.destroyed.map(Instant.init(milliseconds:)))
      }
    }.sorted { $0.month < $1.month }
  }

  /// The public key to seal to; nil where the month takes nothing more or is not there.
  package func publicKey(of month: KeyMonth) -> Curve25519.KeyAgreement.PublicKey? {
    let bytes = state.withLock { $0.file.months.first { $0.month == month.description }?.publicKey }
    return bytes.flatMap { try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: $0) }
  }

  // MARK: Changes

  /// Makes the keys of a month where they are missing, and returns whether they were.
  @discardableResult
  package func make(_ month: KeyMonth) throws(KeyRingError) -> Bool {
    guard state.withLock({ state in !state.file.months.contains { $0.month == month.description } }) else { return false }
    return try change { file throws(KeyRingError) in
      guard !file.months.contains(where: { $0.month == month.description }) else { return false }
      file.months.append(KeyRingFile.MonthEntry(making: month))
      return true
    }
  }

  /// Destroys the secret keys of a month: identities, fingerprints and digests of it can never be read or compared again.
  ///
  /// The caller has made sure that no open stay and no legal hold is under it. Throws ``KeyRingError/stillAccepting(_:until:)`` before the month takes no more events.
  package func destroy(_ month: KeyMonth, at time: Instant) throws(KeyRingError) {
    _ = try change { file throws(KeyRingError) in
      guard let index = file.months.firstIndex(where: { $0.month == month.description }) else { throw .unknownMonth(month) }
      guard file.months[index].destroyed == nil else { throw .alreadyDestroyed(month) }
      let until = Instant(milliseconds: file.months[index].acceptUntil)
      guard time > until else { throw .stillAccepting(month, until: until) }
      file.months[index].privateKey = nil
      file.months[index].fingerprintKey = nil
      file.months[index].digestKey = nil
      file.months[index].destroyed = time.milliseconds
      return true
    }
  }

  /// Reads the file again where another process replaced it.
  package func reloadIfChanged() throws(KeyRingError) {
    let storage = KeyRingStorage(path: path)
    guard try storage.stamp() != state.withLock({ $0.stamp }) else { return }
    let (file, stamp) = try storage.read()
    let months = try Self.months(of: file, path: path)
    state.withLock { $0 = State(file: file, stamp: stamp, months: months) }
  }

  private func change(_ body: (inout KeyRingFile) throws(KeyRingError) -> Bool) throws(KeyRingError) -> Bool {
    let (changed, file, stamp) = try KeyRingStorage(path: path).change(body)
    let months = try Self.months(of: file, path: path)
    state.withLock { $0 = State(file: file, stamp: stamp, months: months) }
    return changed
  }

  private static func months(of file: KeyRingFile, path: String) throws(KeyRingError) -> [KeyMonth: MonthKeys] {
    var months: [KeyMonth: MonthKeys] = [:]
    for entry in file.months where entry.destroyed == nil {
      guard let keys = entry.keys else { throw .malformed(path: path) }
      months[keys.month] = keys
    }
    return months
  }
}

/// A month of the ring without its secrets.
package struct MonthDescription: Sendable, Hashable {
  /// The month.
  package var month: KeyMonth
  /// What may be done with it.
  package var standing: MonthStanding
  /// The public key that identities are sealed to, 32 bytes.
  package var publicKey: [UInt8]
  /// Identities are sealed to it until then.
  package var sealUntil: Instant
  /// What was sealed in time is accepted until then.
  package var acceptUntil: Instant
  /// When its secrets were destroyed, or nil.
  package var destroyed: Instant?
}

extension KeyRingFile.MonthEntry {
  /// New keys for a month, sealable until its end in local time.
  init(making month: KeyMonth) {
    var random = SystemRandomNumberGenerator()
    let agreement = Curve25519.KeyAgreement.PrivateKey()
    let end = month.next.start
    self.init(
      month: month.description, publicKey: agreement.publicKey.rawRepresentation, privateKey: agreement.rawRepresentation,
      fingerprintKey: SipKey.random(using: &random).data, digestKey: SipKey.random(using: &random).data, sealUntil: end.milliseconds,
      acceptUntil: end.adding(days: FileKeyRing.acceptAfterDays).milliseconds, destroyed: nil)
  }

  var keys: MonthKeys? {
    guard let month = KeyMonth(month), let privateKey, let fingerprintKey, let digestKey,
      let agreement = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey),
      let fingerprint = SipKey(bytes: fingerprintKey), let digest = SipKey(bytes: digestKey)
    else { return nil }
    return MonthKeys(month: month, privateKey: agreement, fingerprint: fingerprint, digest: digest)
  }

  func standing(at time: Instant) -> MonthStanding {
    if destroyed != nil { return .destroyed }
    if time.milliseconds < sealUntil { return .sealing }
    return time.milliseconds <= acceptUntil ? .accepting : .expired
  }
}

extension SipKey {
  fileprivate var data: Data { withBytes { Data($0) } }
}

extension KeyMonth {
  /// The first instant of the month in local time.
  fileprivate var start: Instant {
    // A KeyMonth's month is 1...12, so the first day always exists.
    guard let first = try? CivilDate(year: max(1, year), month: month, day: 1) else { return Instant(milliseconds: 0) }
    return LocalZone.vietnam.startOfDay(first)
  }
}
