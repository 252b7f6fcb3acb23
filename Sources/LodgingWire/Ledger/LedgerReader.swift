public import LodgingDomain

/// What a reader needs of an entry before it reads the body.
public struct EntrySummary: Hashable, Sendable {
  /// What stands before the body.
  public var header: EntryHeader
  /// The entry's own chain value.
  public var chain: Digest128
  /// The kind of body, or nil where this version does not know it: a reader stops at such an entry if it counts.
  public var kind: LedgerBodyKind?

  /// Makes a summary from its parts.
  public init(header: EntryHeader, chain: Digest128, kind: LedgerBodyKind?) {
    self.header = header
    self.chain = chain
    self.kind = kind
  }
}

/// Reads entries of `stay-ledger` from borrowed bytes; safe on any bytes.
///
/// Readers go in three steps, each dearer than the one before: ``ChainFields/init(of:)`` to match `previous`, ``summary(_:)`` to know
/// what kind of entry it is, ``entry(_:)`` for all of it.
public enum LedgerReader: Sendable {
  /// Reads everything but the body.
  ///
  /// - Parameter bytes: The entry's bytes.
  /// - Returns: The summary, also for a kind of body that this version does not know.
  /// - Throws: `WireError`; where the chain fields alone can be read and `previous` matches, the reader must stop at the entry.
  public static func summary(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> EntrySummary {
    try EntryParts(bytes).summary
  }

  /// Reads an entry.
  ///
  /// - Parameter bytes: The entry's bytes.
  /// - Returns: The entry; ``LedgerEntry/event`` counts from the first of `bytes`.
  /// - Throws: `WireError`, `unknownBody` for a kind that this version does not know.
  public static func entry(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> LedgerEntry {
    let parts = try EntryParts(bytes)
    guard let kind = parts.summary.kind else { throw .unknownBody }
    var reader = WireReader(bytes, in: parts.body)
    var event = 0..<0
    var record: Digest128?
    let body: LedgerBody =
      switch kind {
      case .genesis: .genesis(try reader.genesis())
      case .decided: try reader.decided(event: &event, record: &record)
      case .ticked: try reader.ticked(record: &record)
      case .undecodable: .undecodable(try reader.undecodable())
      case .missing: try reader.missing()
      case .reseal: .reseal(try reader.reseal())
      case .sourceReset: try reader.sourceReset()
      case .upgrade: try reader.upgrade()
      case .rekey: try reader.rekey()
      }
    return LedgerEntry(header: parts.summary.header, chain: parts.summary.chain, body: body, event: event, record: record)
  }
}

/// The fields of a `LedgerEntry` message, with the body's place.
private struct EntryParts {
  var summary: EntrySummary
  var body = 0..<0

  /// The numbers of bodies, of this version and of later ones; the fields below are the header's.
  private static let bodyFields: ClosedRange<UInt32> = 10...99

  init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
    let fields = try ChainFields(of: bytes)
    var source: Int64 = 0
    var now = Instant(milliseconds: 0)
    var header = HeaderNumbers()
    var bodyField: UInt32?
    var reader = WireReader(bytes, from: ChainFields.byteCount)
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1, 2: throw .malformed(.chainFields)
      case 3: if let value = try reader.signed64(tag) { source = value }
      case 4: if let value = try reader.instant(tag, .now) { now = value }
      case 5: if let value = try reader.unsigned32(tag) { header.rules = value }
      case 6: if let value = try reader.unsigned32(tag) { header.format = value }
      case 7: if let value = try reader.unsigned32(tag) { header.keyID = value }
      case 8: if let value = try reader.unsigned32(tag) { header.resets = value }
      case Self.bodyFields:
        guard let range = try reader.range(tag) else { continue }
        guard bodyField == nil else { throw .invalid(.body) }
        bodyField = tag.field
        body = range
      default: try reader.skip(tag)
      }
    }
    guard let bodyField else { throw .missing(.body) }
    // The first format is told by its absence alone, so that there is one encoding of each header.
    guard header.format != 1 else { throw .invalid(.format) }
    guard let number = SourceNumber(offset: source, resets: header.resets) else { throw .invalid(.source) }
    summary = EntrySummary(
      header: EntryHeader(
        previous: fields.previous, source: number.value, now: now, rules: RulesVersion(header.rules), format: max(1, header.format),
        keyID: header.keyID),
      chain: fields.chain, kind: LedgerBodyKind(rawValue: bodyField))
  }

  private struct HeaderNumbers {
    var rules: UInt32 = 0
    var format: UInt32 = 0
    var keyID: UInt32 = 0
    var resets: UInt32 = 0
  }
}
