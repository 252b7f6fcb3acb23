import HTTPTypes

/// Names of header fields that the library has no constant for.
enum HTTPFieldNames {
  /// `Prefer` (RFC 7240).
  static let prefer = HTTPField.Name("Prefer")
  /// `Preference-Applied` (RFC 7240).
  static let preferenceApplied = HTTPField.Name("Preference-Applied")
  /// `traceparent` (W3C Trace Context).
  static let traceparent = HTTPField.Name("traceparent")
  /// The positions of the ledger that an answer stands on.
  static let version = HTTPField.Name("Lodging-Version")
}
