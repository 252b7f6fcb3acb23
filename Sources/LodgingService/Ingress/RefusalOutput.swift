import LodgingDomain
package import LodgingPipeline

/// A record that was not taken, as it stands on the chain's topic of refusals.
package struct RefusalOutput: Codable, Sendable, Hashable {
  /// Where the record stands on the chain's own topic.
  package var partition: Int
  /// The same.
  package var offset: Int64
  /// When it was appended there.
  package var at: String
  /// Why it was refused.
  package var code: String
  /// The same in words.
  package var reason: String

  /// A refusal in the form that people read.
  package init(_ refusal: IngressRefusal) {
    (partition, offset, at) = (refusal.partition, refusal.offset, refusal.appended.rfc3339())
    (code, reason) = (refusal.code, refusal.reason)
  }
}
