import LodgingDomain
import LodgingWire

extension SeededGenerator {
  mutating func header() -> EntryHeader {
    EntryHeader(
      previous: digest(), source: oneIn(10) ? -1 : Int64(skewed(below: 1 << 62)), now: instant(),
      rules: RulesVersion(UInt32(skewed(below: 1 << 32))), format: oneIn(3) ? UInt32(2 + skewed(below: 9)) : 1,
      keyID: oneIn(3) ? UInt32(skewed(below: 1 << 32)) : 0)
  }

  mutating func ledgerBody(_ kind: LedgerBodyKind) -> LedgerBody {
    switch kind {
    case .genesis:
      .genesis(
        Genesis(
          ledgerID: LedgerID.random(using: &self), partition: UInt32(skewed(below: 64)), partitions: 64,
          incarnation: UInt32(skewed(below: 9)), format: 1, keyID: UInt32(skewed(below: 1 << 32))))
    case .decided: .decided(decision(), facts())
    case .ticked: .ticked
    case .undecodable:
      .undecodable(
        UndecodableRecord(
          code: Code.allCases.randomElement(using: &self) ?? .eventUndecodable, digest: digest(), size: UInt32(skewed(below: 1 << 32)),
          reason: text(limit: 256)))
    case .missing: .missing(first: Int64(skewed(below: 1 << 62)), reason: text(limit: 256))
    case .reseal: .reseal(reseal())
    case .sourceReset: .sourceReset(incarnation: UInt32(skewed(below: 9)), nextSource: Int64(skewed(below: 1 << 62)), reason: "tail lost")
    case .upgrade: .upgrade(format: UInt32(skewed(below: 9)), rules: RulesVersion(UInt32(skewed(below: 9))))
    case .rekey: .rekey(keyID: UInt32(skewed(below: 1 << 32)))
    }
  }

  private mutating func reseal() -> Reseal {
    Reseal(
      establishment: event().establishment, stay: eventID(), sealed: sealed(), fingerprints: fingerprints(),
      digest: oneIn(4) ? nil : digest(), nationality: oneIn(3) ? nil : Nationality.all.randomElement(using: &self),
      checkIn: oneIn(3) ? [] : Array(text(limit: 64).utf8))
  }

  private mutating func fingerprints() -> [DocumentFingerprint] {
    (0..<Int.random(in: 0...2, using: &self)).map { _ in DocumentFingerprint(month: month(), value: next()) }
  }

  private mutating func month() -> KeyMonth { KeyMonth(index: UInt32.random(in: 0...119_999, using: &self)) }

  private mutating func problems() -> [FieldProblem] {
    (0..<Int.random(in: 0...3, using: &self)).map { _ in
      FieldProblem(Field.allCases.randomElement(using: &self) ?? .room, Code.allCases.randomElement(using: &self) ?? .fieldInvalid)
    }
  }

  private mutating func codes() -> CodeSet { CodeSet(rawValue: oneIn(2) ? 0 : next()) }

  private mutating func outcome() -> Outcome { Outcome.allCases.randomElement(using: &self) ?? .accepted }

  private mutating func decision() -> Decision {
    func known(_ instant: Instant) -> Instant? { instant.milliseconds == 0 ? nil : instant }
    return Decision(
      outcome: outcome(), codes: codes(), fields: problems(), due: known(instant()), judged: known(instant()),
      first: oneIn(3) ? registered() : nil)
  }

  private mutating func registered() -> RegisteredEvent {
    RegisteredEvent(
      source: Int64(skewed(below: 1 << 62)), digest: digest(), month: month(), outcome: outcome(), codes: codes(), isCheckIn: oneIn(2),
      registered: instant())
  }

  private mutating func facts() -> Facts {
    let seals: [SealOutcome] = [.absent, .opened, .unreadable, .expired, .plainRefused]
    return Facts(
      seal: seals.randomElement(using: &self) ?? .absent, month: month(), digest: digest(), priorDigest: oneIn(3) ? digest() : nil,
      problems: problems(), flags: codes(), isMinor: oneIn(2), fingerprints: fingerprints(), directoryVersion: skewed(below: 1 << 63),
      idIndex: oneIn(2)
        ? .notAsked
        : .asked(
          event: oneIn(2) ? registered() : nil, stay: oneIn(2) ? registered() : nil, after: oneIn(2) ? registered() : nil,
          position: oneIn(4) ? -1 : Int64(skewed(below: 1 << 62))))
  }
}
