/// Whether a guest is a citizen of Viet Nam or a foreigner, which decides the duty that a report serves.
///
/// The raw values are part of the wire format and never change.
public enum GuestKind: UInt8, Hashable, Sendable, CaseIterable {
  /// A citizen of Viet Nam: stay notice by the Residence Law 68/2020, article 30.
  case citizen = 1
  /// Anyone else, stateless persons included: declaration by Law 47/2014, article 33.
  case foreigner = 2
}
