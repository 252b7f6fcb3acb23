import LodgingDomain
import LodgingWire

/// Seals identities of open stays to a later month's key, all under one data key.
struct Resealer {
  private let keys: any KeyRing
  private let later: MonthKeys
  private let sealer: IdentitySealer
  private let opener = IdentityOpener(envelopesMax: 1024)
  private let digests = ContentDigest()

  /// Throws ``SealError/publicKeyRefused`` where the month's key is no point to agree with.
  init(to later: MonthKeys, keys: any KeyRing) throws(SealError) {
    self.keys = keys
    self.later = later
    sealer = try IdentitySealer(month: later.month, publicKey: later.publicBytes)
  }

  /// The body of the entry; nil where the identity cannot be opened or sealed.
  mutating func reseal(_ stay: StayReference, _ finding: ResealFinding) -> Reseal? {
    guard let identity = open(finding.identity, of: stay),
      let sealed = try? sealer.seal(identity, establishment: stay.establishment, event: stay.stay)
    else { return nil }
    let fingerprints = finding.nationality.map { keys.fingerprints(of: identity, nationality: $0, month: later.month) } ?? []
    var reseal = Reseal(
      establishment: stay.establishment, stay: stay.stay, sealed: sealed, fingerprints: fingerprints, digest: nil,
      nationality: finding.nationality)
    guard let checkIn = finding.checkIn, let digest = digest(of: checkIn, stay: stay) else { return reseal }
    reseal.digest = digest
    // The next reseal has the sealed identity alone to make the digest with.
    if let event = Self.event(checkIn.event), digests.make(event: event, identity: identity, key: later.digest) == digest {
      reseal.checkIn = checkIn.event
    }
    return reseal
  }

  /// The check-in's digest under the later key; nil where its identity cannot be opened any more, or is not the one that it was.
  private mutating func digest(of checkIn: ResealFinding.CheckIn, stay: StayReference) -> Digest128? {
    guard let event = Self.event(checkIn.event), let identity = open(checkIn.identity, of: stay) else { return nil }
    if let known = checkIn.digest {
      guard case .sealed(let sealed, _) = checkIn.identity, let earlier = keys.keys(of: sealed.month),
        digests.make(event: event, identity: identity, key: earlier.digest) == known
      else { return nil }
    }
    return digests.make(event: event, identity: identity, key: later.digest)
  }

  private mutating func open(_ identity: LedgerIdentity, of stay: StayReference) -> GuestIdentity? {
    switch identity {
    case .plain(let bytes): return bytes.withUnsafeBytes { try? WireIdentity.decode($0) }
    case .sealed(let sealed, let event):
      guard let month = keys.keys(of: sealed.month) else { return nil }
      return opener.open(sealed, establishment: stay.establishment, event: event, keys: month)
    }
  }

  private static func event(_ bytes: [UInt8]) -> StayEvent? {
    bytes.withUnsafeBytes { bytes in
      guard let decoded = try? WireEvent.decode(bytes), case .event(let event) = decoded.content else { return nil }
      return event
    }
  }
}
