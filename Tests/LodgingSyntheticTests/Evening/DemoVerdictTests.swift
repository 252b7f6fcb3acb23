import LodgingDomain
import Testing

@testable import LodgingSynthetic

/// Decides the whole evening by the domain's rules, with facts as they follow from what each item means to be.
@Suite("Demo verdicts")
struct DemoVerdictTests {
  /// What became of the evening.
  private struct Outcomes {
    var counts: [Outcome: Int] = [:]
    var codes: [Code: Int] = [:]
    var unexpected: [String] = []
    var crowded = 0
  }

  private static let month = KeyMonth(index: 2026 * 12 + 10)
  private static let stray = DeviationSet(.garbage, .wrongKey, .wrongPartition)

  private static let outcomes: Outcomes = {
    var state = PartitionState(now: EveningClock.start.adding(hours: -3))
    var observer = NoObserver()
    var source: Int64 = 0
    for item in SyntheticWorld.plan.establishmentEvents { _ = decided(item, &state, &source, &observer) }
    var outcomes = Outcomes()
    for item in SyntheticWorld.items {
      guard item.deviations.isDisjoint(with: stray) else {
        outcomes.counts[.undecodable, default: 0] += 1
        continue
      }
      guard let decision = decided(item, &state, &source, &observer) else { continue }
      outcomes.counts[decision.outcome, default: 0] += 1
      for code in decision.codes.codes { outcomes.codes[code, default: 0] += 1 }
      if decision.codes.contains(.establishmentOverCapacity) { outcomes.crowded += 1 }
      if let complaint = complaint(decision, item) { outcomes.unexpected.append(complaint) }
    }
    return outcomes
  }()

  private static func decided(
    _ item: DemoItem, _ state: inout PartitionState, _ source: inout Int64, _ observer: inout NoObserver
  ) -> Decision? {
    guard let (event, identity) = item.event else { return nil }
    state.advance(to: item.appended, observer: &observer)
    let facts = facts(of: item, event, identity)
    let decision = decide(event, state: state, facts: facts, now: item.appended)
    state.apply(event, facts: facts, decision: decision, source: source, now: item.appended, observer: &observer)
    source += 1
    return decision
  }

  private static func facts(of item: DemoItem, _ event: StayEvent, _ identity: GuestIdentity?) -> Facts {
    var content = event
    content.captured = event.happened
    content.received = event.happened
    content.channel = .api
    var hasher = Hasher()
    hasher.combine(content)
    hasher.combine(identity)
    var facts = Facts(month: month, digest: Digest128(first: UInt64(bitPattern: Int64(hasher.finalize())), second: 0))
    guard let identity else { return facts }
    switch item.sealing {
    case .sealed: facts.seal = .opened
    case .damaged: facts.seal = .unreadable
    case .plain: facts.seal = .plainRefused
    case .expiredMonth: facts.seal = .expired
    }
    guard facts.seal == .opened else { return facts }
    guard let details = event.stayDetails else { return facts }
    let arrivalDay = LocalZone.vietnam.date(at: details.arrivalRead(received: event.received))
    let examination = IdentityExamination(identity, arrivalDay: arrivalDay, reason: details.reason)
    facts.problems = examination.problems
    facts.flags = examination.flags.union(item.deviations.codes.intersection(.directoryFlags))
    facts.isMinor = examination.isMinor
    return facts
  }

  /// What a validator finds in the identity or asks the directory.
  private static let ofIdentity: CodeSet = {
    var codes = CodeSet.directoryFlags
    for code in [
      Code.fieldMissing, .fieldInvalid, .documentNumberMalformed, .documentCheckDigit, .documentExpired, .documentNone,
    ] { codes.insert(code) }
    return codes
  }()

  /// Deviations with a code that identities have too, but of the stay facts.
  private static let ofFacts = DeviationSet(.reasonInvalid, .guestKindInvalid, .roomMissing)

  /// What is unexpected about a decision; crowds are counted instead, since guests who were presumed to have left make room.
  private static func complaint(_ decision: Decision, _ item: DemoItem) -> String? {
    let crowd = CodeSet(.establishmentOverCapacity)
    if case .again(let place, _, _, _) = item.content {
      let isLate = SyntheticWorld.items[place].deviations.contains(.early)
      return decision.outcome == (isLate ? .accepted : .duplicate) ? nil : "\(item.index) again: \(decision)"
    }
    var expected = item.deviations.codes
    if item.sealing != .sealed { expected = item.deviations.intersection(ofFacts).codes.union(expected.subtracting(ofIdentity)) }
    if !expected.isDisjoint(with: .rejections) { expected.formIntersection(.rejections) }
    return decision.codes.subtracting(crowd) == expected.subtracting(crowd)
      ? nil : "\(item.index) \(item.deviations.deviations): \(decision.codes.codes) instead of \(expected.codes)"
  }

  @Test("every verdict is the one that the item means to get")
  func verdicts() {
    #expect(Self.outcomes.unexpected.isEmpty, "\(Self.outcomes.unexpected.prefix(10))")
  }

  @Test("about ninety-four of a hundred items are registered")
  func shares() {
    let counts = Self.outcomes.counts
    let registered = counts[.accepted, default: 0] + counts[.flagged, default: 0]
    let percent = Double(registered) * 100 / Double(SyntheticWorld.items.count)
    #expect((92.0...95.5).contains(percent), "\(counts)")
    #expect(counts[.duplicate, default: 0] > 200)
    #expect(counts[.undecodable, default: 0] > 100)
  }

  @Test("every code that the rules can give occurs")
  func codes() {
    // Undecodable records are the wire's to find.
    let missing = Code.allCases.filter { $0.group != .undecodable && Self.outcomes.codes[$0] == nil }
    #expect(missing.isEmpty)
  }

  @Test("some small establishments take more guests than they have beds, as planned")
  func crowds() {
    let planned = SyntheticWorld.items.count { item in
      guard case .event = item.content else { return false }
      return item.deviations.contains(.overCapacity)
    }
    #expect(planned > 5)
    #expect(abs(planned - Self.outcomes.crowded) <= planned / 5 + 2)
  }
}
