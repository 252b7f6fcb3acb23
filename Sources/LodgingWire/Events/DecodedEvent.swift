public import LodgingDomain

/// A record of `stay-events` as it was read: what it tells, and where its identity lies in the bytes.
public struct DecodedEvent: Sendable, Hashable {
  /// What the record is.
  public var content: Content
  /// Where the guest's identity lies; `none` for ticks.
  public var identity: IdentityBytes
  /// Where the sender's W3C trace context lies, or nil; it is UTF-8 and no part of the content.
  public var traceparent: Range<Int>?

  /// What a record of `stay-events` may be.
  public enum Content: Sendable, Hashable {
    /// One event of one establishment.
    case event(StayEvent)
    /// Ledger time goes on.
    case tick
  }

  /// Makes a decoded event from its parts.
  public init(content: Content, identity: IdentityBytes, traceparent: Range<Int>? = nil) {
    self.content = content
    self.identity = identity
    self.traceparent = traceparent
  }
}

/// Where the identity of an event lies in the record; the ranges are offsets into the bytes that were decoded.
public enum IdentityBytes: Sendable, Hashable {
  /// The event carries no identity.
  case none
  /// Readable by anybody, which production refuses; ``WireIdentity/decode(_:)`` reads it.
  case plain(Range<Int>)
  /// Sealed to a month's key; ``IdentityOpener`` opens it.
  case sealed(SealedRanges)
}

/// The parts of a sealed identity in a record; the lengths have been checked, nothing else.
public struct SealedRanges: Sendable, Hashable {
  /// The month whose key opens the envelope.
  public var month: KeyMonth
  /// The data key under the month's key, 80 bytes.
  public var envelope: Range<Int>
  /// The nonce, 12 bytes.
  public var nonce: Range<Int>
  /// The identity under the data key, and the 16 bytes of the tag.
  public var ciphertext: Range<Int>

  /// Makes ranges from their parts.
  public init(month: KeyMonth, envelope: Range<Int>, nonce: Range<Int>, ciphertext: Range<Int>) {
    self.month = month
    self.envelope = envelope
    self.nonce = nonce
    self.ciphertext = ciphertext
  }
}

/// A sealed identity with bytes of its own, as senders make it.
public struct SealedIdentity: Sendable, Hashable {
  /// The month whose key opens the envelope.
  public var month: KeyMonth
  /// The data key under the month's key, 80 bytes.
  public var envelope: [UInt8]
  /// The nonce, 12 bytes.
  public var nonce: [UInt8]
  /// The identity under the data key, and the 16 bytes of the tag.
  public var ciphertext: [UInt8]

  /// The length of an envelope in bytes: 32 of the encapsulated key, 32 of the data key, 16 of its tag.
  public static let envelopeBytes = 80
  /// The length of a nonce in bytes.
  public static let nonceBytes = 12
  /// The length of the tag at the end of the ciphertext, in bytes.
  public static let tagBytes = 16

  /// Makes a sealed identity from its parts.
  public init(month: KeyMonth, envelope: [UInt8], nonce: [UInt8], ciphertext: [UInt8]) {
    self.month = month
    self.envelope = envelope
    self.nonce = nonce
    self.ciphertext = ciphertext
  }

  /// Copies the parts out of the record that they lie in.
  public init(_ ranges: SealedRanges, in record: UnsafeRawBufferPointer) {
    self.init(
      month: ranges.month, envelope: Array(record[ranges.envelope]), nonce: Array(record[ranges.nonce]),
      ciphertext: Array(record[ranges.ciphertext]))
  }
}

/// The identity that goes out with an event.
public enum OutgoingIdentity: Sendable, Hashable {
  /// None: the event is about no guest, or only about a stay's times.
  case none
  /// Readable by anybody, for tests; production refuses it.
  case plain(GuestIdentity)
  /// Sealed.
  case sealed(SealedIdentity)
}
