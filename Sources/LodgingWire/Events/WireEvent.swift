public import LodgingDomain

/// Records of `stay-events` to and from bytes, as `schemas/lodging/v1/event.proto` says.
///
/// Reading borrows the bytes, allocates nothing for typical events (texts of up to 15 bytes are held inline), and is safe on any bytes.
/// It takes what every protobuf writer may send: fields in any order, unknown fields, repeated fields of which the last counts, and
/// Confluent framing. What it takes beyond that is an event that the domain can express; everything else throws.
///
/// ```swift
/// let decoded = try WireEvent.decode(record)
/// if case .event(let event) = decoded.content { … }
/// ```
public enum WireEvent: Sendable {
  /// Reads a record.
  ///
  /// The ranges of the result are offsets into `record`, framing included. The size is the caller's to limit beforehand.
  ///
  /// - Parameter record: The record's value.
  /// - Returns: What it tells, and where its identity lies.
  /// - Throws: `WireError`; the record is then undecodable for good.
  public static func decode(_ record: UnsafeRawBufferPointer) throws(WireError) -> DecodedEvent {
    try EventParts(record).decoded()
  }

  /// Appends a record that tells an event.
  ///
  /// What is written can be read again and is equal, apart from dates of 1969-12-31, which the schema cannot tell from none.
  ///
  /// - Parameters:
  ///   - event: The event.
  ///   - identity: The guest's identity; for check-ins and amendments.
  ///   - traceparent: The sender's W3C trace context, or empty.
  ///   - bytes: The buffer to append to; reused, it saves the allocation.
  /// - Throws: `WireError.tooLong` or `.invalid` with the field that no reader would take; nothing is appended then.
  public static func encode(
    _ event: StayEvent, identity: OutgoingIdentity = .none, traceparent: String = "", into bytes: inout [UInt8]
  ) throws(WireError) {
    try check(event, traceparent: traceparent)
    try check(identity)
    WireWriter.append(to: &bytes) { $0.put(event, identity: identity, traceparent: traceparent) }
  }

  /// Appends to the bytes of an event which record in quarantine it was; whatever it said of that before is replaced.
  ///
  /// The bytes stay as they are otherwise, so that what is sealed in them can still be opened.
  public static func append(replayOf place: QuarantinePlace, to event: inout [UInt8]) {
    WireWriter.append(to: &event) { $0.put(replacing: place) }
  }

  /// Appends to the bytes of an event when the register received it; whatever the sender said of that is replaced.
  ///
  /// The bytes stay as they are otherwise, so that what is sealed in them can still be opened.
  public static func append(received: Instant, to event: inout [UInt8]) {
    WireWriter.append(to: &event) { $0.put(5, received) }
  }

  /// Appends a record that is a tick.
  public static func encodeTick(into bytes: inout [UInt8]) {
    WireWriter.append(to: &bytes) { $0.put(30) { _ in } }
  }
}
