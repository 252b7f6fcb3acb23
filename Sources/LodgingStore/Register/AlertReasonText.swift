import LodgingDomain

extension AlertReason {
  /// The form in which the register keeps a reason: its code, then its numbers, with single spaces between.
  var stored: String { ([code] + values.map { "\($0)" }).joined(separator: " ") }

  /// Reads what ``stored`` made; nil for anything else.
  init?(stored text: String) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    let values = parts.dropFirst().compactMap { Int64($0) }
    guard let code = parts.first, values.count == parts.count - 1 else { return nil }
    self.init(code: String(code), values: values)
  }
}
