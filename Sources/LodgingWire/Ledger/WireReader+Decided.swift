import LodgingDomain

/// The body `decided` with what it holds; each function reads its message to the end.
///
/// Entries are written by validators only, so what they never write, such as facts in two pieces, is refused and not merged.
extension WireReader {
  mutating func decided(event: inout Range<Int>, record: inout Digest128?) throws(WireError) -> LedgerBody {
    var outcome: UInt32 = 0
    var decision = Decision(outcome: .undecodable)
    var facts: Facts?
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try range(tag) { event = value }
      case 2: if let value = try unsigned32(tag) { outcome = value }
      case 3: if let value = try fixed64(tag) { decision.codes = CodeSet(rawValue: value) }
      case 4: try read(tag, into: &decision.fields)
      case 5: if let value = try instant(tag, .now) { decision.due = value.nilIfEpoch }
      case 6: if let value = try instant(tag, .now) { decision.judged = value.nilIfEpoch }
      case 7: try read(tag, into: &decision.first)
      case 8:
        guard var message = try message(tag) else { continue }
        guard facts == nil else { throw .invalid(.facts) }
        facts = try message.facts()
      case 9: try read(tag, .digest, into: &record)
      default: try skip(tag)
      }
    }
    guard let known = UInt8(exactly: outcome).flatMap(Outcome.init(rawValue:)) else { throw .invalid(.outcome) }
    guard let facts else { throw .missing(.facts) }
    decision.outcome = known
    return .decided(decision, facts)
  }

  private mutating func facts() throws(WireError) -> Facts {
    var seal: UInt32 = 0
    var month: UInt32 = 0
    var digest: Digest128?
    var facts = Facts(month: KeyMonth(index: 0), digest: .zero)
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try unsigned32(tag) { seal = value }
      case 2: if let value = try unsigned32(tag) { month = value }
      case 3: try read(tag, .digest, into: &digest)
      case 4: try read(tag, .digest, into: &facts.priorDigest)
      case 5: try read(tag, into: &facts.problems)
      case 6: if let value = try fixed64(tag) { facts.flags = CodeSet(rawValue: value) }
      case 7: if let value = try bool(tag) { facts.isMinor = value }
      case 8: if let value = try fingerprint(tag) { facts.fingerprints.append(value) }
      case 9: if let value = try integer(tag) { facts.directoryVersion = value }
      case 10:
        guard var message = try message(tag) else { continue }
        guard facts.idIndex == .notAsked else { throw .invalid(.position) }
        facts.idIndex = try message.idIndexAnswer()
      default: try skip(tag)
      }
    }
    guard let seal = UInt8(exactly: seal).flatMap(SealOutcome.init(rawValue:)) else { throw .invalid(.seal) }
    guard let month = KeyMonth(wire: month) else { throw .invalid(.month) }
    guard let digest else { throw .missing(.digest) }
    facts.seal = seal
    facts.month = month
    facts.digest = digest
    return facts
  }

  private mutating func idIndexAnswer() throws(WireError) -> IdIndexAnswer {
    var position: Int64 = 0
    var event: RegisteredEvent?
    var stay: RegisteredEvent?
    var after: RegisteredEvent?
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try signed64(tag) { position = value }
      case 2: try read(tag, into: &event)
      case 3: try read(tag, into: &stay)
      case 4: try read(tag, into: &after)
      default: try skip(tag)
      }
    }
    return .asked(event: event, stay: stay, after: after, position: position)
  }

  /// Reads a field that holds a registered event.
  private mutating func read(_ tag: Tag, into registered: inout RegisteredEvent?) throws(WireError) {
    guard var message = try message(tag) else { return }
    guard registered == nil else { throw .invalid(.first) }
    registered = try message.registered()
  }

  private mutating func registered() throws(WireError) -> RegisteredEvent {
    var month: UInt32 = 0
    var outcome: UInt32 = 0
    var digest: Digest128?
    var source: Int64 = 0
    var resets: UInt32 = 0
    var event = RegisteredEvent(
      source: 0, digest: .zero, month: KeyMonth(index: 0), outcome: .accepted, codes: [], isCheckIn: false,
      registered: Instant(milliseconds: 0))
    while let tag = try nextTag() {
      switch tag.field {
      case 1: if let value = try signed64(tag) { source = value }
      case 2: try read(tag, .digest, into: &digest)
      case 3: if let value = try unsigned32(tag) { month = value }
      case 4: if let value = try unsigned32(tag) { outcome = value }
      case 5: if let value = try fixed64(tag) { event.codes = CodeSet(rawValue: value) }
      case 6: if let value = try bool(tag) { event.isCheckIn = value }
      case 7: if let value = try instant(tag, .now) { event.registered = value }
      case 8: if let value = try unsigned32(tag) { resets = value }
      default: try skip(tag)
      }
    }
    guard let month = KeyMonth(wire: month) else { throw .invalid(.month) }
    guard let outcome = UInt8(exactly: outcome).flatMap(Outcome.init(rawValue:)) else { throw .invalid(.outcome) }
    guard let digest else { throw .missing(.digest) }
    guard let number = SourceNumber(offset: source, resets: resets) else { throw .invalid(.source) }
    event.source = number.value
    event.month = month
    event.outcome = outcome
    event.digest = digest
    return event
  }

  /// Reads problems, field * 256 + code, behind those that were met already.
  private mutating func read(_ tag: Tag, into problems: inout [FieldProblem]) throws(WireError) {
    try integers(tag) { value throws(WireError) in
      guard value <= 0xFFFF, let field = Field(rawValue: UInt8(truncatingIfNeeded: value >> 8)),
        let code = Code(rawValue: UInt8(truncatingIfNeeded: value))
      else { throw .invalid(.fields) }
      problems.append(FieldProblem(field, code))
    }
  }

  /// Reads a field that holds a fingerprint.
  mutating func fingerprint(_ tag: Tag) throws(WireError) -> DocumentFingerprint? {
    guard var message = try message(tag) else { return nil }
    var month: UInt32 = 0
    var value: UInt64 = 0
    while let inner = try message.nextTag() {
      switch inner.field {
      case 1: if let number = try message.unsigned32(inner) { month = number }
      case 2: if let number = try message.fixed64(inner) { value = number }
      default: try message.skip(inner)
      }
    }
    guard let month = KeyMonth(wire: month) else { throw .invalid(.month) }
    return DocumentFingerprint(month: month, value: value)
  }
}

extension Instant {
  /// The instant, or nil for the epoch, which stands for "absent".
  fileprivate var nilIfEpoch: Instant? { milliseconds == 0 ? nil : self }
}
