import LodgingDomain
import LodgingTesting
import LodgingWire

/// One entry of a ledger partition that counts, as the judge reads it.
struct LedgerLine {
  var offset: Int64
  var chain: [UInt8]
  /// The source with the number of resets above it, so that it rises for ever.
  var source: Int64
  var now: Int64
  /// What the entry says of itself, as far as it is not the first of it.
  var terms: Terms
  var body: Body

  struct Terms: Equatable {
    var format: UInt64 = 0
    var key: UInt64 = 0
  }

  enum Body {
    case genesis
    case decided(Verdict)
    case ticked
    case undecodable(code: UInt64)
    case missing(first: Int64)
    case reseal(Reseal)
    case sourceReset(incarnation: Int64, next: Int64)
    case upgrade(format: UInt64)
    case rekey(UInt64)
    case other
  }

  /// How often the source was reset before.
  var resets: Int64 { (source + 1) >> 44 }
  /// The offset of the source on the events log.
  var sourceOffset: Int64 { source - resets << 44 }
  /// The source behind which the partition goes on.
  var decidedThrough: Int64 {
    if case .sourceReset(let incarnation, let next) = body { (incarnation - 1) << 44 + next - 1 } else { source }
  }
  /// Whether it decides a record.
  var hasRecord: Bool {
    if case .missing = body { false } else { hasSource }
  }
  /// Whether it decides a source of its own.
  var hasSource: Bool {
    switch body {
    case .decided, .ticked, .undecodable, .missing: true
    case .genesis, .reseal, .sourceReset, .upgrade, .rekey, .other: false
    }
  }

  /// The identity of an open stay, sealed anew.
  struct Reseal {
    var establishment: EstablishmentID
    var stay: EventID
    var sealed: SealedIdentity
    var hasDigest: Bool
  }

  struct Verdict {
    var event: [UInt8]
    /// The month of the key that the identity is sealed to.
    var month: KeyMonth
    /// The digest of the decided record, where the event is not all of it; else empty.
    var recordDigest: [UInt8]
    var outcome: UInt64
    var codes: UInt64
    /// For a duplicate, where the event was registered first.
    var firstSource: Int64?
    var digest: [UInt8]
    /// The ledger offset that the id index covered, where it was asked.
    var indexPosition: Int64?
    var directoryVersion: UInt64
    var hasPriorDigest: Bool

    func hasDigest(_ other: Digest128) -> Bool { digest.withUnsafeBytes { Digest128(bytes: $0) } == other }
  }

  /// The lines of a partition by the rule of the design, told once more: an entry counts if its `previous` is the running chain value.
  static func read(_ records: [SimulatedRecord]) -> [LedgerLine] {
    var running = [UInt8](repeating: 0, count: 16)
    var lines: [LedgerLine] = []
    for record in records {
      guard let value = record.value, value.count > 36, Array(value[2..<18]) == running, let line = LedgerLine(value, at: record.offset)
      else { continue }
      if lines.isEmpty, case .genesis = line.body {} else if lines.isEmpty { continue }
      running = line.chain
      lines.append(line)
    }
    return lines
  }

  private init?(_ value: [UInt8], at offset: Int64) {
    guard let fields = ProtoFields(value[...]) else { return nil }
    self.offset = offset
    chain = Array(value[20..<36])
    source = Int64(fields.number(8)) << 44 + fields.signed(3)
    terms = Terms(format: fields.number(6), key: fields.number(7))
    now = fields.signed(4)
    if fields.piece(10) != nil {
      body = .genesis
    } else if let decided = fields.message(11) {
      guard let verdict = Verdict(decided) else { return nil }
      body = .decided(verdict)
    } else if fields.piece(12) != nil {
      body = .ticked
    } else if let undecodable = fields.message(13) {
      body = .undecodable(code: undecodable.number(1))
    } else if let missing = fields.message(14) {
      body = .missing(first: missing.signed(1))
    } else if let reseal = fields.message(15) {
      guard let reseal = Reseal(reseal) else { return nil }
      body = .reseal(reseal)
    } else if let reset = fields.message(16) {
      body = .sourceReset(incarnation: Int64(reset.number(1)), next: reset.signed(2))
    } else if let upgrade = fields.message(17) {
      body = .upgrade(format: upgrade.number(1))
    } else if let rekey = fields.message(18) {
      body = .rekey(rekey.number(1))
    } else {
      body = .other
    }
  }
}

extension LedgerLine.Reseal {
  fileprivate init?(_ fields: ProtoFields) {
    guard let name = fields.piece(1), let establishment = try? EstablishmentID(String(decoding: name, as: UTF8.self)),
      let stay = fields.piece(2).flatMap({ EventID($0.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()) }),
      let sealed = fields.message(3), let envelope = sealed.piece(2), let nonce = sealed.piece(3), let box = sealed.piece(4)
    else { return nil }
    self.establishment = establishment
    self.stay = stay
    self.sealed = SealedIdentity(
      month: KeyMonth(index: UInt32(sealed.number(1))), envelope: Array(envelope), nonce: Array(nonce), ciphertext: Array(box))
    hasDigest = fields.piece(5) != nil
  }
}

extension LedgerLine.Verdict {
  init?(_ decided: ProtoFields) {
    guard let facts = decided.message(8) else { return nil }
    event = Array(decided.piece(1) ?? [])
    month = KeyMonth(index: UInt32(truncatingIfNeeded: facts.number(2)))
    recordDigest = Array(decided.piece(9) ?? [])
    outcome = decided.number(2)
    codes = decided.number(3)
    firstSource = decided.message(7).map { Int64($0.number(8)) << 44 + $0.signed(1) }
    digest = Array(facts.piece(3) ?? [])
    indexPosition = facts.message(10)?.signed(1)
    directoryVersion = facts.number(9)
    hasPriorDigest = facts.piece(4) != nil
  }
}
