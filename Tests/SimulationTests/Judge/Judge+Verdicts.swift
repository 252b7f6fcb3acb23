import LodgingDomain
import LodgingTesting

/// Each verdict is held against what the register that the judge keeps itself expects.
extension Judge {
  mutating func judge(_ verdict: LedgerLine.Verdict, _ line: LedgerLine, _ history: History, _ model: inout RegisterModel) throws {
    let place = "partition \(history.partition) source \(line.source)"
    guard let sent = world.workload.sent[verdict.event] else { throw fail("\(place): decided what nobody sent") }
    let appended = history.record(of: line).map(\.appended.milliseconds) ?? line.now
    let expected = model.expected(sent, appended: min(appended, line.now), now: line.now)
    let isReadable = model.isReadable(sent, appended: min(appended, line.now))
    try judgeResidents(verdict, line, sent, isReadable: isReadable, history.partition)
    if sent.isDeadly, isReadable { throw fail("\(place): decided although nobody survives it") }
    let outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: verdict.outcome))
    let codes = CodeSet(rawValue: verdict.codes)
    let told =
      "\(place), event \(sent.event.id.low): \(outcome?.name ?? "?") \(codes.codes.map(\.name)) first \(verdict.firstSource ?? -1), expected \(expected)"
    switch expected {
    case .registered:
      guard outcome?.isRegistered == true, codes.isDisjoint(with: .rejections) else { throw fail(told) }
      let isOver = model.isOverCapacity(sent, now: line.now)
      guard codes.contains(.establishmentOverCapacity) == isOver else { throw fail("\(told), over capacity \(isOver)") }
      model.register(sent, source: line.source, now: line.now, verdict: verdict)
    case .rejected(let reasons):
      guard outcome == .rejected, codes == reasons else { throw fail(told) }
    case .duplicate(let first):
      let key = RegisterModel.Key(establishment: sent.event.establishment, id: sent.event.id)
      guard outcome == .duplicate, verdict.firstSource == first, verdict.codes == model.registrations[key]?.codes else { throw fail(told) }
      if model.stays[key]?.isResealed == true { coverage.note(.resealedDuplicate) }
    }
    note(verdict, expected, outcome)
    if outcome == .duplicate, let first = verdict.firstSource, (first + 1) >> 44 < line.resets { coverage.note(.duplicateAcrossReset) }
  }

  private mutating func note(_ verdict: LedgerLine.Verdict, _ expected: RegisterModel.Expected, _ outcome: Outcome?) {
    if verdict.indexPosition != nil { coverage.note(.indexAsked) }
    if verdict.hasPriorDigest { coverage.note(.priorMonth) }
    switch expected {
    case .registered:
      coverage.note(outcome == .flagged ? .flagged : .registered)
      if CodeSet(rawValue: verdict.codes).contains(.establishmentOverCapacity) { coverage.note(.overCapacity) }
    case .duplicate:
      coverage.note(.duplicate)
      if verdict.indexPosition != nil { coverage.note(.indexFoundDuplicate) }
    case .rejected(let codes):
      coverage.note(.rejected)
      for code in codes.codes {
        switch code {
        case .eventIDReused: coverage.note(.idReused)
        case .eventAfterMissing: coverage.note(.afterMissing)
        case .stayClosed: coverage.note(.stayClosed)
        case .eventSealExpired: coverage.note(.sealExpired)
        case .identityUnreadable: coverage.note(.unreadable)
        case .establishmentClosed: coverage.note(.establishmentClosed)
        default: break
        }
      }
    }
  }
}
