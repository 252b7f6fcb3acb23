import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingWire

/// Everything that a key ring holds, in memory.
struct KeyRingContents: Sendable {
  var ledgerID: LedgerID
  /// The chain keys, the current one last.
  var chainKeys: [ChainKey]
  var directoryKey: SipKey
  var eventIDKey: SipKey
  /// The keys for receipts, the current one last; earlier ones verify only.
  var receiptKeys: [ReceiptKey]
  /// Days after a month's end in which events that were sealed in it are accepted.
  var offlineAllowanceDays: Int
  var months: [KeyMonth: Month] = [:]

  struct Month: Sendable {
    var told: KeyRingMonth
    /// Nil once they are destroyed.
    var secret: MonthKeys?
  }

  /// A new ring with keys from the system's secure random numbers and no month yet.
  static func new(offlineAllowanceDays: Int) -> KeyRingContents {
    var generator = SystemRandomNumberGenerator()
    return KeyRingContents(
      ledgerID: LedgerID.random(using: &generator), chainKeys: [ChainKey(id: 1, key: SipKey.random(using: &generator))],
      directoryKey: SipKey.random(using: &generator), eventIDKey: SipKey.random(using: &generator), receiptKeys: [ReceiptKey()],
      offlineAllowanceDays: offlineAllowanceDays)
  }

  /// The month's record, made now if there is none.
  mutating func making(_ month: KeyMonth) -> KeyRingMonth {
    if let known = months[month] { return known.told }
    var generator = SystemRandomNumberGenerator()
    let secret = MonthKeys.random(month: month, using: &generator)
    let sealUntil = month.next.start
    let told = KeyRingMonth(
      month: month, publicKey: secret.publicBytes, sealUntil: sealUntil, acceptUntil: sealUntil.adding(days: Int64(offlineAllowanceDays)))
    months[month] = Month(told: told, secret: secret)
    return told
  }

  /// The chain key behind `known`, made now if there is none.
  mutating func makingChainKey(after known: UInt32) -> ChainKey {
    let newest = chainKeys[chainKeys.count - 1]
    guard newest.id <= known else { return newest }
    var generator = SystemRandomNumberGenerator()
    let made = ChainKey(id: newest.id + 1, key: SipKey.random(using: &generator))
    chainKeys.append(made)
    return made
  }

  /// Forgets the secret keys of a month.
  mutating func destroy(_ month: KeyMonth, at now: Instant) throws(KeyRingError) -> KeyRingMonth {
    guard var known = months[month] else { throw .monthUnknown(month) }
    guard known.told.destroyed == nil else { throw .monthDestroyed(month) }
    guard now >= known.told.acceptUntil else { throw .stillAccepting(month, until: known.told.acceptUntil) }
    known.told.destroyed = now
    known.secret = nil
    months[month] = known
    return known.told
  }
}
