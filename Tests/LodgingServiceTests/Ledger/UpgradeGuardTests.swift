import LodgingDomain
import LodgingService
import LodgingWire
import Testing

@Suite("Whether the validators of a cluster are known to know a version")
struct UpgradeGuardTests {
  private static let next = LedgerVersion(format: 2, rules: RulesVersion(1))

  private func unready(_ notes: [OwnersNote], to version: LedgerVersion = next) -> [UnreadyPartition] {
    UpgradeGuard(to: version, notes: notes).unready
  }

  @Test("A note says format and rules, and is read again")
  func notes() {
    let version = LedgerVersion(format: 12, rules: RulesVersion(.max))
    #expect(LedgerVersion.newest.note == "lodging format=1 rules=1")
    #expect(version.note == "lodging format=12 rules=4294967295" && LedgerVersion(note: version.note) == version)
    #expect(LedgerVersion(note: "lodging format=2 rules=1 build=7 more") == Self.next)
  }

  @Test(
    "What is no note names no version",
    arguments: [
      "", "lodging", "lodging format=1", "lodging rules=1", "format=1 rules=1", "Lodging format=1 rules=1", "lodging format=-1 rules=1",
      "lodging format=1 rules=", "lodging format=4294967296 rules=1", "lodging format=1 format=2 rules=1", "lodging format=+1 rules=1",
      "lodging format=1 rules=1 " + String(repeating: "x", count: 256),
    ])
  func noNote(text: String) {
    #expect(LedgerVersion(note: text) == nil)
  }

  @Test("Owners that know the version, or a later one, hold nothing up")
  func ready() {
    let notes = [Self.next.note, LedgerVersion(format: 3, rules: RulesVersion(2)).note].map { OwnersNote.note($0) }
    #expect(unready(notes).isEmpty && UpgradeGuard(to: Self.next, notes: notes).refusal == nil)
    #expect(unready([]).isEmpty)
  }

  @Test("Format and rules must both be known, and who says nothing or has not committed is not known to know anything")
  func unready() {
    let (earlier, otherRules) = (LedgerVersion.newest, LedgerVersion(format: 1, rules: RulesVersion(2)))
    let found = unready([.note(earlier.note), .note(Self.next.note), .noCommit, .note(nil), .note("?"), .note(otherRules.note)])
    #expect(
      found == [
        UnreadyPartition(0, .earlierVersion, knows: earlier), UnreadyPartition(2, .noCommit), UnreadyPartition(3, .versionUntold),
        UnreadyPartition(4, .versionUntold), UnreadyPartition(5, .earlierVersion, knows: otherRules),
      ])
    #expect(unready([.note(Self.next.note)], to: LedgerVersion(format: 2, rules: RulesVersion(2))).count == 1)
  }

  @Test("The refusal names the partitions, what their owners know and what to do, each kind once")
  func refusal() throws {
    let earlier = OwnersNote.note(LedgerVersion.newest.note)
    let owners = UpgradeGuard(to: Self.next, notes: [earlier, .noCommit, earlier, earlier, .note(nil)])
    #expect(
      owners.unready.objections == [
        "partitions 0, 2-3: committed last by a program that knows format 1, rules 1",
        "partition 1: nothing is committed, so nobody is known to decide there",
        "partition 4: committed last by a program that does not say what it knows, an earlier one",
      ])
    let refusal = try #require(owners.refusal)
    #expect(owners.unready.objections.allSatisfy { refusal.contains($0) })
    #expect(refusal.contains("format 2, rules 1") && refusal.contains("nothing was changed") && refusal.contains("--force"))
    #expect(ErrorKind(ServiceError.upgradeTooEarly(refusal)) == .inputOrData)
  }
}
