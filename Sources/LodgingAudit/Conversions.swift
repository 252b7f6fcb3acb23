import LodgingDomain
import LodgingWire
import SwiftProtobuf

/// A recorded decision with its facts, as swift-protobuf reads them.
struct AuditedDecision {
  var decision: Decision
  var facts: Facts

  /// Nil where a number has no meaning in this version.
  init?(_ decided: ProtoDecided) {
    guard let outcome = Outcome(number: decided.outcome), let facts = Facts(decided.facts) else { return nil }
    self.facts = facts
    decision = Decision(
      outcome: outcome, codes: CodeSet(rawValue: decided.codes), fields: decided.fields.compactMap(FieldProblem.init(packed:)),
      due: decided.dueMs == 0 ? nil : Instant(milliseconds: decided.dueMs),
      judged: decided.judgedMs == 0 ? nil : Instant(milliseconds: decided.judgedMs),
      first: decided.hasFirst ? RegisteredEvent(decided.first) : nil)
  }
}

extension ProtoStayEvent {
  /// The event in a record's value as swift-protobuf reads it, without Confluent's frame of five bytes and the path of the first message.
  init?(record value: [UInt8]) {
    var message = value[...]
    if message.first == 0 {
      message = message.dropFirst(5)
      message = message.first == 2 ? message.dropFirst(2) : message.dropFirst(1)
    }
    guard let event = try? ProtoStayEvent(serializedBytes: Array(message)) else { return nil }
    self = event
  }
}

extension ProtoDecided {
  /// The event in the domain's form.
  func domainEvent() -> StayEvent? {
    Array(event).withUnsafeBytes { bytes in
      guard let decoded = try? WireEvent.decode(bytes), case .event(let event) = decoded.content else { return nil }
      return event
    }
  }
}

extension ProtoLedgerEntry {
  var isGenesis: Bool {
    if case .genesis = body { return true }
    return false
  }

  /// The event that the entry decides; nil where it decides none or one that cannot be read.
  var decidedEvent: ProtoStayEvent? {
    guard case .decided(let decided) = body else { return nil }
    return ProtoStayEvent(record: Array(decided.event))
  }

  /// Whether the entry decides a record of its own.
  var hasRecord: Bool {
    switch body {
    case .decided, .ticked, .undecodable: true
    default: false
    }
  }
}

extension Facts {
  fileprivate init?(_ facts: ProtoFacts) {
    guard let seal = SealOutcome(rawValue: UInt8(truncatingIfNeeded: facts.seal)), let digest = Digest128(bytes: facts.digest) else {
      return nil
    }
    self.init(
      seal: seal, month: KeyMonth(index: facts.month), digest: digest, priorDigest: Digest128(bytes: facts.priorDigest),
      problems: facts.problems.compactMap(FieldProblem.init(packed:)), flags: CodeSet(rawValue: facts.flags), isMinor: facts.isMinor,
      fingerprints: facts.fingerprints.map { DocumentFingerprint(month: KeyMonth(index: $0.month), value: $0.value) },
      directoryVersion: facts.directoryVersion, idIndex: facts.hasIDIndex ? IdIndexAnswer(facts.idIndex) : .notAsked)
  }
}

extension IdIndexAnswer {
  fileprivate init(_ answer: ProtoIdIndexAnswer) {
    self = .asked(
      event: answer.hasEvent ? RegisteredEvent(answer.event) : nil, stay: answer.hasStay ? RegisteredEvent(answer.stay) : nil,
      after: answer.hasAfter ? RegisteredEvent(answer.after) : nil, position: answer.position)
  }
}

extension RegisteredEvent {
  fileprivate init?(_ registered: ProtoRegistered) {
    guard let digest = Digest128(bytes: registered.digest), let outcome = Outcome(number: registered.outcome) else { return nil }
    self.init(
      source: SourceNumber(offset: registered.source, resets: registered.resets)?.value ?? registered.source, digest: digest,
      month: KeyMonth(index: registered.month), outcome: outcome,
      codes: CodeSet(rawValue: registered.codes), isCheckIn: registered.isCheckIn,
      registered: Instant(milliseconds: registered.registeredMs))
  }
}

extension Outcome {
  fileprivate init?(number: UInt32) {
    guard let small = UInt8(exactly: number) else { return nil }
    self.init(rawValue: small)
  }
}

extension FieldProblem {
  fileprivate init?(packed: UInt32) {
    guard let field = Field(rawValue: UInt8(truncatingIfNeeded: packed >> 8)), let code = Code(rawValue: UInt8(truncatingIfNeeded: packed))
    else {
      return nil
    }
    self.init(field, code)
  }
}

extension Digest128 {
  /// Reads sixteen bytes in SipHash's order; nil for another count.
  init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    let words = Array(bytes).withUnsafeBytes { ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
    self.init(first: UInt64(littleEndian: words.0), second: UInt64(littleEndian: words.1))
  }
}

extension EventID {
  /// Reads sixteen bytes in the order of the text form; nil for another count.
  init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    let words = bytes.withUnsafeBytes { ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
    self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
  }
}
