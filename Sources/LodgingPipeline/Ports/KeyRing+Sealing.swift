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
    identity.withBorrowed { $0.fingerprints(nationality: nationality, under: [month, month.previous].compactMap(keys)) }
  }
}

extension BorrowedIdentity {
  /// The document under the keys of some months; none where no usable number was declared.
  package func fingerprints(nationality: Nationality, under months: [MonthKeys]) -> [DocumentFingerprint] {
    var fingerprints: [DocumentFingerprint] = []
    appendFingerprints(nationality: nationality, under: months, to: &fingerprints)
    return fingerprints
  }

  /// Appends the same to fingerprints whose memory the caller reuses.
  func appendFingerprints(nationality: Nationality, under months: [MonthKeys], to fingerprints: inout [DocumentFingerprint]) {
    guard documentKind != .noDocument, !documentNumber.isEmpty else { return }
    DirectoryFingerprints.appendSameDocument(
      kind: documentKind, nationality: nationality, number: documentNumber, under: months, to: &fingerprints)
  }
}
