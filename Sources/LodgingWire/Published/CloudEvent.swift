package import LodgingDomain

/// The attributes of CloudEvents 1.0 in the binary mode of its Kafka protocol binding, beside a protobuf value.
///
/// They are for other people's tools: everything in them follows from key and value, and nothing here reads them.
package enum CloudEvent {
  /// The attributes of an event as an establishment tells it; event and establishment name it, however often it is sent.
  package static func attributes(of event: StayEvent) -> [(name: String, text: String)] {
    [
      (name: "ce_specversion", text: "1.0"), ("ce_id", event.id.description), ("ce_type", "lodging.stay-event.v1"),
      ("ce_source", "/establishments/\(event.establishment)"), ("ce_subject", event.establishment.description),
      ("ce_time", event.captured.rfc3339(offsetMinutes: 0)), ("content-type", "application/x-protobuf"),
    ]
  }

  /// The attributes as the names and texts of a record's headers, of a record that stands on `positions`.
  ///
  /// - Parameters:
  ///   - type: What happened, with the version of its form.
  ///   - subject: What it happened to: a unit or an alert.
  ///   - value: The record's value; the same value under the same subject has the same id.
  ///   - positions: The first says the source, the latest the time.
  /// - Returns: Names and texts.
  package static func attributes(
    type: String, subject: String, value: [UInt8], positions: [PublishedPosition]
  ) -> [(name: String, text: String)] {
    let named = Array("\(type)|\(subject)|".utf8) + value
    let id = named.withUnsafeBytes { KeyedHash.digest(key: SipKey(low: 0, high: 0), bytes: $0) }
    var attributes = [
      (name: "ce_specversion", text: "1.0"), ("ce_id", id.description), ("ce_type", type), ("ce_subject", subject),
      ("content-type", "application/x-protobuf"),
    ]
    attributes.append(("ce_source", positions.first.map { "/stay-ledger/\($0.partition)" } ?? "/stay-ledger"))
    if let time = positions.map(\.now).max() { attributes.append(("ce_time", time.rfc3339(offsetMinutes: 0))) }
    return attributes
  }
}
