public import LodgingDomain

/// What stands before the body of every entry of `stay-ledger`.
public struct EntryHeader: Hashable, Sendable {
  /// The chain value of the history on which the entry was made.
  public var previous: Digest128
  /// The number of the source that is decided by the entry, see ``SourceNumber``; entries without an event repeat the last one, genesis
  /// has -1.
  public var source: Int64
  /// Ledger time.
  public var now: Instant
  /// The version of the rules that decided.
  public var rules: RulesVersion
  /// The version of the entry's format.
  public var format: UInt32
  /// The id of the key that the entry's chain value is made with; 0 is that of genesis.
  public var keyID: UInt32

  /// Makes a header from its parts.
  public init(previous: Digest128, source: Int64, now: Instant, rules: RulesVersion, format: UInt32 = 1, keyID: UInt32 = 0) {
    self.previous = previous
    self.source = source
    self.now = now
    self.rules = rules
    self.format = format
    self.keyID = keyID
  }
}

/// What an entry writes down.
public enum LedgerBody: Hashable, Sendable {
  /// The first entry of a partition.
  case genesis(Genesis)
  /// What became of an event, with the facts that the decision was made on; the event's bytes stand beside it.
  case decided(Decision, Facts)
  /// A tick's record was decided: only time goes on.
  case ticked
  /// A record that is no event.
  case undecodable(UndecodableRecord)
  /// Offsets that `stay-events` does not hold: from `first` to that of the entry's source.
  case missing(first: Int64, reason: String)
  /// The identity of an open stay, sealed to a later month's key.
  case reseal(Reseal)
  /// The events log is another one now: the partition goes on with the record at offset `nextSource` of this incarnation.
  case sourceReset(incarnation: UInt32, nextSource: Int64, reason: String)
  /// Entries behind this one have this format and these rules.
  case upgrade(format: UInt32, rules: RulesVersion)
  /// Chain values behind this entry are made with this key.
  case rekey(keyID: UInt32)

  /// The kind of body.
  public var kind: LedgerBodyKind {
    switch self {
    case .genesis: .genesis
    case .decided: .decided
    case .ticked: .ticked
    case .undecodable: .undecodable
    case .missing: .missing
    case .reseal: .reseal
    case .sourceReset: .sourceReset
    case .upgrade: .upgrade
    case .rekey: .rekey
    }
  }
}

/// The kinds of body; the raw value is the field's number in the schema.
public enum LedgerBodyKind: UInt32, Hashable, Sendable, CaseIterable {
  case genesis = 10
  case decided = 11
  case ticked = 12
  case undecodable = 13
  case missing = 14
  case reseal = 15
  case sourceReset = 16
  case upgrade = 17
  case rekey = 18

  /// Whether entries of the kind decide what stands at their source; genesis has none, all others repeat the last one.
  public var hasSource: Bool {
    switch self {
    case .decided, .ticked, .undecodable, .missing: true
    case .genesis, .reseal, .sourceReset, .upgrade, .rekey: false
    }
  }

  /// Whether entries of the kind are an operator's, who writes them beside the validators.
  public var isOperators: Bool {
    switch self {
    case .sourceReset, .upgrade, .rekey: true
    case .genesis, .decided, .ticked, .undecodable, .missing, .reseal: false
    }
  }
}

/// What a partition's first entry says of the ledger.
public struct Genesis: Hashable, Sendable {
  /// The ledger.
  public var ledgerID: LedgerID
  /// The partition.
  public var partition: UInt32
  /// The number of partitions, which is fixed for good.
  public var partitions: UInt32
  /// Which life of the events log it is; counts up with every reset.
  public var incarnation: UInt32
  /// The version of the entries' format.
  public var format: UInt32
  /// The chain key's id in the key ring.
  public var keyID: UInt32

  /// The version of the format that this code writes.
  public static let newestFormat: UInt32 = 1

  /// Makes a genesis from its parts.
  public init(
    ledgerID: LedgerID, partition: UInt32, partitions: UInt32, incarnation: UInt32 = 0, format: UInt32 = Genesis.newestFormat,
    keyID: UInt32
  ) {
    self.ledgerID = ledgerID
    self.partition = partition
    self.partitions = partitions
    self.incarnation = incarnation
    self.format = format
    self.keyID = keyID
  }
}

/// A record that is no event; its place is the entry's partition and source.
public struct UndecodableRecord: Hashable, Sendable {
  /// Why.
  public var code: Code
  /// The digest of the bytes, see ``RecordDigest``.
  public var digest: Digest128
  /// The size of the value in bytes.
  public var size: UInt32
  /// Why in words, without any of the bytes; cut to ``WireLimits/reasonBytesMax`` when written.
  public var reason: String

  /// Makes a record from its parts.
  public init(code: Code, digest: Digest128, size: UInt32, reason: String) {
    self.code = code
    self.digest = digest
    self.size = size
    self.reason = reason
  }
}

/// The identity of an open stay under a later month's key, so that the earlier key can be destroyed.
public struct Reseal: Hashable, Sendable {
  /// The establishment.
  public var establishment: EstablishmentID
  /// The stay.
  public var stay: EventID
  /// The identity, sealed anew.
  public var sealed: SealedIdentity
  /// The document under the later month's key.
  public var fingerprints: [DocumentFingerprint]
  /// The digest of the check-in's content under the later month's key; nil where it can no longer be made.
  ///
  /// The registration of the check-in then keeps the digest that it has.
  public var digest: Digest128?
  /// The guest's nationality, as the stay was told last: the next reseal makes fingerprints with it.
  public var nationality: Nationality?
  /// The check-in's event without its identity, as on `stay-events`: the next reseal makes its digest from it and the sealed identity.
  ///
  /// Empty where the sealed identity is no longer that of the check-in, or where the check-in is not known any more.
  public var checkIn: [UInt8]

  /// Makes a reseal from its parts.
  public init(
    establishment: EstablishmentID, stay: EventID, sealed: SealedIdentity, fingerprints: [DocumentFingerprint], digest: Digest128?,
    nationality: Nationality? = nil, checkIn: [UInt8] = []
  ) {
    self.establishment = establishment
    self.stay = stay
    self.sealed = sealed
    self.fingerprints = fingerprints
    self.digest = digest
    self.nationality = nationality
    self.checkIn = checkIn
  }
}

/// An entry of `stay-ledger` as it was read.
public struct LedgerEntry: Hashable, Sendable {
  /// What stands before the body.
  public var header: EntryHeader
  /// The chain value that the entry carries; whether it holds is the audit's to check.
  public var chain: Digest128
  /// What the entry writes down.
  public var body: LedgerBody
  /// Where the decided event's bytes lie, as they stood on `stay-events`.
  ///
  /// Offsets into the entry's bytes; empty but for `decided`. A plain identity that was refused is left out of them.
  public var event: Range<Int>
  /// The digest of the decided record, see ``RecordDigest``, where the entry does not hold all of its value: for `ticked`, and for
  /// `decided` where a plain identity was left out.
  public var record: Digest128?

  /// Makes an entry from its parts.
  public init(header: EntryHeader, chain: Digest128, body: LedgerBody, event: Range<Int> = 0..<0, record: Digest128? = nil) {
    self.header = header
    self.chain = chain
    self.body = body
    self.event = event
    self.record = record
  }
}
