import Crypto
import Foundation
public import LodgingDomain

/// Opens sealed identities, remembering the data keys of envelopes: opening an envelope costs many times what opening a box does.
///
/// A value belongs to one thread. It remembers at most ``envelopesMax`` envelopes and then begins anew.
public struct IdentityOpener: Sendable {
  /// Envelopes that are remembered.
  public static let envelopesMax = 200_000

  /// By month too, so that an envelope cannot be passed off as another month's.
  private struct Name: Hashable {
    var month: KeyMonth
    var envelope: [UInt8]
  }

  private var dataKeys: [Name: SymmetricKey?] = [:]

  /// Makes an opener that remembers nothing yet.
  public init() {}

  /// Opens the identity of an event in its record; nil where the box does not open under this key, for this establishment and event, or holds no identity.
  public mutating func open(
    _ sealed: SealedRanges, in record: UnsafeRawBufferPointer, establishment: EstablishmentID, event: EventID, keys: MonthKeys
  ) -> GuestIdentity? {
    let ciphertext = record[sealed.ciphertext]
    guard ciphertext.count >= SealedIdentity.tagBytes, let key = dataKey(Array(record[sealed.envelope]), keys),
      let nonce = try? AES.GCM.Nonce(data: record[sealed.nonce]),
      let box = try? AES.GCM.SealedBox(
        nonce: nonce, ciphertext: ciphertext.dropLast(SealedIdentity.tagBytes), tag: ciphertext.suffix(SealedIdentity.tagBytes)),
      let plain = try? AES.GCM.open(box, using: key, authenticating: SealSuite.associatedData(establishment, event))
    else { return nil }
    return plain.withUnsafeBytes { try? WireIdentity.decode($0) }
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

  private mutating func dataKey(_ envelope: [UInt8], _ keys: MonthKeys) -> SymmetricKey? {
    let name = Name(month: keys.month, envelope: envelope)
    if let known = dataKeys[name] { return known }
    if dataKeys.count >= Self.envelopesMax { dataKeys.removeAll(keepingCapacity: true) }
    let key = Self.openEnvelope(envelope, keys)
    dataKeys[name] = .some(key)
    return key
  }

  private static func openEnvelope(_ envelope: [UInt8], _ keys: MonthKeys) -> SymmetricKey? {
    guard
      var recipient = try? HPKE.Recipient(
        privateKey: keys.privateKey, ciphersuite: SealSuite.suite, info: SealSuite.info,
        encapsulatedKey: Data(envelope.prefix(SealSuite.encapsulatedBytes))),
      let key = try? recipient.open(Data(envelope.dropFirst(SealSuite.encapsulatedBytes))), key.count == SealSuite.dataKeyBytes
    else { return nil }
    return SymmetricKey(data: key)
  }
}
