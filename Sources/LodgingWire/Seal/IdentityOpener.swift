import Foundation
public import LodgingDomain

/// Opens sealed identities, remembering the data keys of envelopes: opening an envelope costs many times what opening a box does.
///
/// An opener belongs to one thread. Envelopes that do not open are remembered too, so that repeating one is cheap to refuse. Whether a
/// month's key may still be used is the key ring's to say before this is asked; when a month is destroyed, ``forget(_:)`` drops its data
/// keys. Keys that are dropped are wiped.
public final class IdentityOpener {
  /// The most envelopes that are remembered; those that were not used for the longest time go first.
  public let envelopesMax: Int

  /// The months whose data keys may be held.
  public private(set) var months: Set<KeyMonth> = []
  /// Data keys by the keyed digest of month and envelope, in two generations.
  private var recent = DataKeyTable()
  private var older = DataKeyTable()
  private let nameKey: SipKey
  private var scratch: [UInt8] = []

  /// Makes an opener that remembers nothing yet, and at most so many envelopes of some 100 bytes each: by default those of a country's
  /// establishments with two senders each, yesterday's and today's.
  public init(envelopesMax: Int = 400_000) {
    self.envelopesMax = max(2, envelopesMax)
    var generator = SystemRandomNumberGenerator()
    nameKey = SipKey.random(using: &generator)
  }

  /// Opens the identity of an event in its record; nil where the box does not open under this key, for this establishment and event, or
  /// holds no identity.
  public func open(
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
  package func open(
    _ sealed: SealedRanges, in record: UnsafeRawBufferPointer, establishment: EstablishmentID, event: EventID, keys: MonthKeys,
    into plain: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let place = place(of: UnsafeRawBufferPointer(rebasing: record[sealed.envelope]), keys)
    scratch.removeAll(keepingCapacity: true)
    SealSuite.appendAssociatedData(establishment, event, to: &scratch)
    return recent.withKey(at: place) { key in
      BoxCipher.open(
        UnsafeRawBufferPointer(rebasing: record[sealed.ciphertext]), nonce: UnsafeRawBufferPointer(rebasing: record[sealed.nonce]),
        authenticating: scratch, key: key, into: plain)
    }
  }

  /// Opens a sealed identity with bytes of its own.
  public func open(_ sealed: SealedIdentity, establishment: EstablishmentID, event: EventID, keys: MonthKeys) -> GuestIdentity? {
    let parts = [sealed.envelope, sealed.nonce, sealed.ciphertext]
    let record = parts.flatMap { $0 }
    let nonce = sealed.envelope.count..<sealed.envelope.count + sealed.nonce.count
    let ranges = SealedRanges(
      month: sealed.month, envelope: 0..<nonce.lowerBound, nonce: nonce, ciphertext: nonce.upperBound..<record.count)
    return record.withUnsafeBytes { open(ranges, in: $0, establishment: establishment, event: event, keys: keys) }
  }

  /// Drops the data keys of a month, as is done when its private key is destroyed.
  public func forget(_ month: KeyMonth) {
    months.remove(month)
    recent = Self.copy(of: recent, without: month)
    older = Self.copy(of: older, without: month)
  }

  private static func copy(of table: DataKeyTable, without month: KeyMonth) -> DataKeyTable {
    let kept = DataKeyTable()
    for place in 0..<table.count where table.month(at: place) != month { _ = kept.add(place, from: table) }
    return kept
  }

  /// The count of envelopes that are remembered.
  package var envelopesHeld: Int { recent.count + older.count }

  /// The place of an envelope's data key among the recent ones; by the month too, so that an envelope cannot be passed off as another
  /// month's.
  private func place(of envelope: UnsafeRawBufferPointer, _ keys: MonthKeys) -> Int {
    let month = Digest128(first: UInt64(keys.month.index), second: 0)
    let name = KeyedHash.digest(key: nameKey, previous: month, rest: envelope, scratch: &scratch)
    if let known = recent.place(of: name) { return known }
    let unused = older
    // When the younger generation is full, the older one, unused since, is dropped.
    if recent.count >= envelopesMax / 2 { (older, recent) = (recent, DataKeyTable()) }
    if let known = unused.place(of: name) { return recent.add(known, from: unused) }
    let place = recent.add(name, of: keys.month)
    recent.setKey(at: place) { keys.recipient.open(envelope, for: .dataKey, into: $0) }
    months.insert(keys.month)
    return place
  }
}

@available(*, unavailable)
extension IdentityOpener: Sendable {}

extension SealedRanges {
  /// The length of what the box holds, in bytes.
  package var identityBytes: Int { max(0, ciphertext.count - SealedIdentity.tagBytes) }
}
