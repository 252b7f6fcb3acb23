import LodgingDomain
import LodgingTesting
import LodgingWire

/// The register's keys and the senders' data keys, made once for all worlds: making an envelope costs more than all else that a sender does.
struct Sealers: Sendable {
  let ring: MemoryKeyRing
  let commune: CommuneCode
  /// The row key of the guest whom nobody survives looking up.
  let deadlyKey: UInt64
  /// The directory's row keys of all guests' personal numbers.
  let rowKeys: [String: UInt64]
  private let sealers: [KeyMonth: IdentitySealer]
  private let anySealer: IdentitySealer

  /// Those of all worlds.
  static let shared = Sealers()

  /// Nil only where constants of this file are wrong.
  init?() {
    guard let first = KeyMonth("2025-01"), let month = KeyMonth("2026-01"), let commune = CommuneCode("00004"),
      let deadly = try? PersonalNumber(Guests.deadlyNumber)
    else {
      return nil
    }
    ring = MemoryKeyRing(seed: 41, first: first, count: 24)
    guard let sealer = ring.sealer(of: month) else { return nil }
    anySealer = sealer
    self.commune = commune
    var fingerprints = DirectoryFingerprints(key: ring.directoryKey)
    deadlyKey = fingerprints.rowKey(of: deadly)
    var rowKeys: [String: UInt64] = [:]
    for number in Guests.numbers { rowKeys[number.digits] = fingerprints.rowKey(of: number) }
    self.rowKeys = rowKeys
    var sealers: [KeyMonth: IdentitySealer] = [:]
    for index in month.index..<month.index + 10 { sealers[KeyMonth(index: index)] = ring.sealer(of: KeyMonth(index: index)) }
    self.sealers = sealers
  }

  /// The identity as it travels; nil where it cannot be sealed.
  func outgoing(_ sent: Sent) -> OutgoingIdentity? {
    guard let identity = sent.identity else { return OutgoingIdentity.none }
    switch sent.seal {
    case .none: return OutgoingIdentity.none
    case .plain: return .plain(identity)
    case .sealed(let month): return seal(identity, sent.event, month, label: month).map(OutgoingIdentity.sealed)
    case .broken(let month):
      guard var sealed = seal(identity, sent.event, month, label: month) else { return nil }
      sealed.ciphertext[0] ^= 1
      return .sealed(sealed)
    }
  }

  /// Seals under a month that has a sealer and labels it as another, for months that the register never had.
  private func seal(_ identity: GuestIdentity, _ event: StayEvent, _ month: KeyMonth, label: KeyMonth) -> SealedIdentity? {
    guard var sealed = try? (sealers[month] ?? anySealer).seal(identity, establishment: event.establishment, event: event.id)
    else { return nil }
    sealed.month = label
    return sealed
  }
}
