import Crypto
import Foundation
public import LodgingDomain

/// Opens sealed identities, remembering the data keys of envelopes: opening an envelope costs many times what opening a box does.
///
/// A value belongs to one thread. Envelopes that do not open are remembered too, so that repeating one is cheap to refuse. Whether a
/// month's key may still be used is the key ring's to say before this is asked; when a month is destroyed, ``forget(_:)`` drops its data
/// keys.
public struct IdentityOpener: Sendable {
  /// The most envelopes that are remembered; those that were not used for the longest time go first.
  public let envelopesMax: Int

  private struct DataKey {
    var month: KeyMonth
    var key: SymmetricKey?
  }

  /// The months whose data keys may be held.
  public private(set) var months: Set<KeyMonth> = []
  /// Data keys by the keyed digest of month and envelope, in two generations.
  private var recent: [Digest128: DataKey] = [:]
  private var older: [Digest128: DataKey] = [:]
  private let nameKey: SipKey
  private var scratch: [UInt8] = []

  /// Makes an opener that remembers nothing yet, and at most so many envelopes of about 200 bytes each.
  public init(envelopesMax: Int = 200_000) {
    self.envelopesMax = max(2, envelopesMax)
    var generator = SystemRandomNumberGenerator()
    nameKey = SipKey.random(using: &generator)
  }

  /// Opens the identity of an event in its record; nil where the box does not open under this key, for this establishment and event, or
  /// holds no identity.
  public mutating func open(
    _ sealed: SealedRanges, in record: UnsafeRawBufferPointer, establishment: EstablishmentID, event: EventID, keys: MonthKeys
  ) -> GuestIdentity? {
    withUnsafeTemporaryAllocation(byteCount: sealed.identityBytes, alignment: 1) { plain in
      defer { BoxCipher.wipe(plain) }
      guard open(sealed, in: record, establishment: establishment, event: event, keys: keys, into: plain) else { return nil }
      return try? WireIdentity.decode(UnsafeRawBufferPointer(plain))
    }
  }

  /// Opens the box of an event in its record into memory of the caller's, who wipes it.
  ///
  /// - Parameters:
  ///   - sealed: Where the sealed identity lies in the record.
  ///   - record: The record.
  ///   - establishment: The event's establishment.
  ///   - event: The event's id.
  ///   - keys: The keys of the month that the identity says it is sealed to.
  ///   - plain: ``SealedRanges/identityBytes`` bytes that are filled with what ``WireIdentity`` reads.
  /// - Returns: Whether the box opens; whether it holds an identity is not known yet.
  package mutating func open(
    _ sealed: SealedRanges, in record: UnsafeRawBufferPointer, establishment: EstablishmentID, event: EventID, keys: MonthKeys,
    into plain: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let key = dataKey(UnsafeRawBufferPointer(rebasing: record[sealed.envelope]), keys) else { return false }
    scratch.removeAll(keepingCapacity: true)
    SealSuite.appendAssociatedData(establishment, event, to: &scratch)
    return key.withUnsafeBytes { [scratch] key in
      BoxCipher.open(
        UnsafeRawBufferPointer(rebasing: record[sealed.ciphertext]), nonce: UnsafeRawBufferPointer(rebasing: record[sealed.nonce]),
        authenticating: scratch, key: key, into: plain)
    }
  }

  /// Opens a sealed identity with bytes of its own.
  public mutating func open(
    _ sealed: SealedIdentity, establishment: EstablishmentID, event: EventID, keys: MonthKeys
  ) -> GuestIdentity? {
    let parts = [sealed.envelope, sealed.nonce, sealed.ciphertext]
    let record = parts.flatMap { $0 }
    let nonce = sealed.envelope.count..<sealed.envelope.count + sealed.nonce.count
    let ranges = SealedRanges(
      month: sealed.month, envelope: 0..<nonce.lowerBound, nonce: nonce, ciphertext: nonce.upperBound..<record.count)
    return record.withUnsafeBytes { open(ranges, in: $0, establishment: establishment, event: event, keys: keys) }
  }

  /// Drops the data keys of a month, as is done when its private key is destroyed.
  public mutating func forget(_ month: KeyMonth) {
    months.remove(month)
    recent = recent.filter { $0.value.month != month }
    older = older.filter { $0.value.month != month }
  }

  /// The count of envelopes that are remembered.
  package var envelopesHeld: Int { recent.count + older.count }

  /// The data key in an envelope; by the month too, so that an envelope cannot be passed off as another month's.
  private mutating func dataKey(_ envelope: UnsafeRawBufferPointer, _ keys: MonthKeys) -> SymmetricKey? {
    let month = Digest128(first: UInt64(keys.month.index), second: 0)
    let name = KeyedHash.digest(key: nameKey, previous: month, rest: envelope, scratch: &scratch)
    if let known = recent[name] { return known.key }
    let found: DataKey
    if let known = older.removeValue(forKey: name) {
      found = known
    } else {
      found = DataKey(month: keys.month, key: Self.open(envelope, keys))
      months.insert(keys.month)
    }
    // When the younger generation is full, the older one, unused since, is dropped.
    if recent.count >= envelopesMax / 2 {
      older = recent
      recent = [:]
    }
    recent[name] = found
    return found.key
  }

  private static func open(_ envelope: UnsafeRawBufferPointer, _ keys: MonthKeys) -> SymmetricKey? {
    withUnsafeTemporaryAllocation(byteCount: SealSuite.dataKeyBytes, alignment: 8) { key in
      defer { BoxCipher.wipe(key) }
      return keys.recipient.open(envelope, for: .dataKey, into: key) ? SymmetricKey(data: key) : nil
    }
  }
}

extension SealedRanges {
  /// The length of what the box holds, in bytes.
  package var identityBytes: Int { max(0, ciphertext.count - SealedIdentity.tagBytes) }
}
