package import LodgingDomain
package import LodgingWire

extension KeyRing {
  /// The keys of the month that identities are sealed to at a time; nil where the ring has none.
  package func sealingKeys(at time: Instant) -> MonthKeys? {
    let month = KeyMonth(containing: time)
    guard standing(of: month, at: time) == .sealing else { return nil }
    return keys(of: month)
  }

  /// An identity's document under the keys of a month and of the month before it, as far as they exist.
  ///
  /// Two months, so that stays on both sides of a month's end can be held against each other. None where no usable number was declared.
  package func fingerprints(of identity: GuestIdentity, nationality: Nationality, month: KeyMonth) -> [DocumentFingerprint] {
    guard identity.documentKind != .noDocument, !identity.documentNumber.isEmpty else { return [] }
    return [month, month.previous].compactMap { month in
      keys(of: month).map { keys in
        let value = DirectoryFingerprints.sameDocument(
          kind: identity.documentKind, nationality: nationality, number: identity.documentNumber, key: keys.fingerprint)
        return DocumentFingerprint(month: month, value: value)
      }
    }
  }
}
