import LodgingDomain

extension WireWriter {
  /// Writes the body of an entry.
  mutating func put(_ body: LedgerBody, event: UnsafeRawBufferPointer, record: Digest128?) {
    let field = body.kind.rawValue
    switch body {
    case .genesis(let genesis): put(field) { $0.put(genesis) }
    case .decided(let decision, let facts): put(decision, facts, event: event, record: record)
    case .ticked: put(field) { if let record { $0.put(1, record) } }
    case .undecodable(let record): put(field) { $0.put(record) }
    case .missing(let first, let reason):
      put(field) {
        $0.put(1, signed: first)
        $0.put(2, reason.cut(toBytes: WireLimits.reasonBytesMax))
      }
    case .reseal(let reseal): put(field) { $0.put(reseal) }
    case .sourceReset(let incarnation, let nextSource, let reason):
      put(field) {
        $0.put(1, incarnation)
        $0.put(2, signed: nextSource)
        $0.put(3, reason.cut(toBytes: WireLimits.reasonBytesMax))
      }
    case .upgrade(let format, let rules):
      put(field) {
        $0.put(1, format)
        $0.put(2, rules.number)
      }
    case .rekey(let keyID): put(field) { $0.put(1, keyID) }
    }
  }

  /// Writes the body of an entry that decides an event.
  mutating func put(_ decision: Decision, _ facts: Facts, event: UnsafeRawBufferPointer, record: Digest128?) {
    put(LedgerBodyKind.decided.rawValue, atLeast: event.count) {
      $0.put(decision, facts, event: event)
      if let record { $0.put(9, record) }
    }
  }

  private mutating func put(_ genesis: Genesis) {
    put(1, EventID(high: genesis.ledgerID.high, low: genesis.ledgerID.low))
    put(2, genesis.partition)
    put(3, genesis.partitions)
    put(4, genesis.incarnation)
    put(5, genesis.format)
    put(6, genesis.keyID)
  }

  private mutating func put(_ record: UndecodableRecord) {
    put(1, UInt32(record.code.rawValue))
    put(2, record.digest)
    put(3, record.size)
    put(4, record.reason.cut(toBytes: WireLimits.reasonBytesMax))
  }

  private mutating func put(_ reseal: Reseal) {
    reseal.establishment.withUTF8 { put(1, bytes: $0) }
    put(2, reseal.stay)
    put(3) { $0.put(reseal.sealed) }
    for fingerprint in reseal.fingerprints { put(4) { $0.put(fingerprint) } }
    if let digest = reseal.digest { put(5, digest) }
    if let nationality = reseal.nationality { put(6, nationality.code) }
    if !reseal.checkIn.isEmpty { put(7, bytes: reseal.checkIn) }
  }

  @inline(__always)
  private mutating func put(_ decision: Decision, _ facts: Facts, event: UnsafeRawBufferPointer) {
    if !event.isEmpty { put(1, bytes: event) }
    put(2, UInt32(decision.outcome.rawValue))
    put(3, fixed: decision.codes.rawValue)
    put(4, decision.fields)
    put(5, signed: decision.due?.milliseconds ?? 0)
    put(6, signed: decision.judged?.milliseconds ?? 0)
    if let first = decision.first { put(7) { $0.put(first) } }
    put(8) { $0.put(facts) }
  }

  @inline(__always)
  private mutating func put(_ facts: Facts) {
    put(1, UInt32(facts.seal.rawValue))
    put(2, facts.month.index)
    put(3, facts.digest)
    if let prior = facts.priorDigest { put(4, prior) }
    put(5, facts.problems)
    put(6, fixed: facts.flags.rawValue)
    put(7, facts.isMinor)
    for place in facts.fingerprints.indices { put(8) { $0.put(facts.fingerprints[place]) } }
    put(9, integer: facts.directoryVersion)
    guard case .asked(let event, let stay, let after, let position) = facts.idIndex else { return }
    put(10) {
      $0.put(1, signed: position)
      if let event { $0.put(2) { $0.put(event) } }
      if let stay { $0.put(3) { $0.put(stay) } }
      if let after { $0.put(4) { $0.put(after) } }
    }
  }

  /// Writes problems as packed integers, field * 256 + code.
  private mutating func put(_ field: UInt32, _ problems: [FieldProblem]) {
    guard !problems.isEmpty else { return }
    put(field) {
      for problem in problems { $0.putPacked(UInt64(problem.field.rawValue) << 8 | UInt64(problem.code.rawValue)) }
    }
  }

  private mutating func put(_ fingerprint: DocumentFingerprint) {
    put(1, fingerprint.month.index)
    put(2, fixed: fingerprint.value)
  }

  private mutating func put(_ registered: RegisteredEvent) {
    let source = SourceNumber(registered.source)
    put(1, signed: source.offset)
    put(2, registered.digest)
    put(3, registered.month.index)
    put(4, UInt32(registered.outcome.rawValue))
    put(5, fixed: registered.codes.rawValue)
    put(6, registered.isCheckIn)
    put(7, registered.registered)
    put(8, source.resets)
  }
}

extension String {
  /// The text, cut at a character so that it has at most so many bytes.
  fileprivate func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var text = ""
    for character in self {
      guard text.utf8.count + character.utf8.count <= limit else { break }
      text.append(character)
    }
    return text
  }
}
