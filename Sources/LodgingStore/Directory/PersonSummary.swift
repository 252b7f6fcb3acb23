import LodgingDomain

/// A whole person in 32 bits, so that one comparison says "everything matches".
///
/// Name, birth date and sex are keyed fingerprints already, so the mixing needs no key. Two different persons under one number have the
/// same summary with a probability of 2⁻³² where the names differ; where only a part of the birth date or the sex differs, it is that of
/// the part's own fingerprint.
enum PersonSummary {
  /// In a slot: no question matches; the row itself must be looked at.
  static let none: UInt32 = 0

  /// The summary with the name in its exact form; never ``none``.
  static func exact(_ person: borrowing PersonFingerprints) -> UInt32 { mix(person.exactName, person) }

  /// The summary with the name in its folded form; never ``none``.
  static func folded(_ person: borrowing PersonFingerprints) -> UInt32 { mix(person.foldedName, person) }

  @inline(__always)
  private static func mix(_ name: UInt32, _ person: borrowing PersonFingerprints) -> UInt32 {
    let birth = UInt64(person.birthDay) | UInt64(person.birthMonth) << 16 | UInt64(person.birthYear) << 32 | UInt64(person.sex) << 48
    var mixed = (birth ^ 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
    mixed ^= mixed >> 32 ^ UInt64(name) << 17
    mixed = mixed &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 29
    mixed = mixed &* 0xBF58_476D_1CE4_E5B9
    return max(1, UInt32(truncatingIfNeeded: mixed >> 32))
  }
}
