import Testing

@testable import LodgingDomain

@Suite("All access keys as a fold of their topic")
struct AccessListTests {
  private static let start = Instant(milliseconds: 1_795_352_400_000)
  private let first: AccessKeyID
  private let second: AccessKeyID
  private let holder: AccessHolder

  init() throws {
    first = try #require(AccessKeyID("0000000001"))
    second = try #require(AccessKeyID("0000000002"))
    holder = try #require(AccessHolder("hue-dashboard"))
  }

  private func key(
    _ id: AccessKeyID, after minutes: Int64 = 0, expires: Instant? = nil, revoked: Instant? = nil, replaces: AccessKey.Replacement? = nil
  ) -> AccessKey {
    AccessKey(
      id: id, holder: holder, scopes: ["read"], granted: Self.start.adding(minutes: minutes), expires: expires, revoked: revoked,
      replaces: replaces, digest: Array(repeating: 7, count: AccessKey.digestBytes))
  }

  private func list(_ changes: AccessChange...) -> AccessList {
    var list = AccessList()
    for change in changes { list.apply(change) }
    return list
  }

  private func standing(_ id: AccessKeyID, in list: AccessList, at now: Instant = start) -> AccessStanding? {
    list[id].map { list.standing(of: $0, at: now) }
  }

  @Test("A key is valid to the last millisecond before its end")
  func expiry() {
    let end = Self.start.adding(days: 1)
    let list = list(.put(key(first, expires: end)))
    #expect(standing(first, in: list, at: end.adding(milliseconds: -1)) == .valid)
    #expect(standing(first, in: list, at: end) == .expired)
    #expect(list[first].flatMap { list.end(of: $0) } == end)
    #expect(standing(second, in: list) == nil)
  }

  @Test("The last record of a key holds, also where compaction has removed the earlier ones")
  func lastHolds() {
    let (earlier, later) = (AccessChange.put(key(first)), AccessChange.put(key(first, expires: Self.start)))
    #expect(standing(first, in: list(earlier, later)) == .expired)
    #expect(standing(first, in: list(later)) == .expired)
    #expect(standing(first, in: list(earlier, later, later)) == .expired)
  }

  @Test("A revoked key stays so whatever lands late or twice, and no clock brings it back")
  func revocation() {
    let granted = AccessChange.put(key(first))
    let revoked = AccessChange.put(key(first, revoked: Self.start))
    for list in [
      list(revoked), list(granted, revoked, .forget(first), granted), list(granted, revoked), list(granted, revoked, granted),
      list(granted, revoked, granted, revoked),
    ] {
      #expect(standing(first, in: list, at: Self.start.adding(days: -400)) == .revoked)
    }
    #expect(list(granted, .put(key(second))).all.map(\.revoked) == [nil, nil])
  }

  @Test("A key ends when the one in its place says so, in whatever order the two are read, and never later than it would by itself")
  func replacement() {
    let end = Self.start.adding(hours: 24)
    let former = AccessChange.put(key(first, expires: Self.start.adding(hours: 30)))
    let successor = AccessChange.put(key(second, after: 5, replaces: .init(id: first, ends: end)))
    for list in [list(former, successor), list(successor, former), list(former, successor, former)] {
      #expect(standing(first, in: list, at: end.adding(milliseconds: -1)) == .valid)
      #expect(standing(first, in: list, at: end) == .replaced)
      #expect(standing(second, in: list, at: end) == .valid)
      #expect(list.isReplaced(first) && !list.isReplaced(second))
      #expect(list.all.map(\.id) == [first, second] && list.all.map { list.end(of: $0) } == [end, nil])
    }
    let short = list(.put(key(first, expires: Self.start)), successor)
    #expect(standing(first, in: short) == .expired && short[first].flatMap { short.end(of: $0) } == Self.start)
  }

  @Test("Of two that were granted in the place of one, the earlier end holds; revoking a successor does not bring the former back")
  func twoSuccessors() throws {
    let third = try #require(AccessKeyID("0000000003"))
    let ends = [Self.start.adding(hours: 2), Self.start.adding(hours: 1)]
    let successors = [
      AccessChange.put(key(second, replaces: .init(id: first, ends: ends[0]))), .put(key(third, replaces: .init(id: first, ends: ends[1]))),
    ]
    for list in [list(.put(key(first)), successors[0], successors[1]), list(successors[1], .put(key(first)), successors[0])] {
      #expect(list[first].flatMap { list.end(of: $0) } == ends[1])
    }
    let revoked = AccessChange.put(key(second, revoked: Self.start, replaces: .init(id: first, ends: ends[0])))
    #expect(standing(first, in: list(.put(key(first)), successors[0], revoked), at: ends[0]) == .replaced)
  }

  @Test("A record without a value forgets a key")
  func forgotten() {
    let list = list(.put(key(first)), .put(key(second)), .forget(first), .forget(first))
    #expect(list[first] == nil && list.all.map(\.id) == [second])
  }

  @Test("An id has ten characters of its alphabet; random numbers give every one of them")
  func ids() {
    for text in ["", "000000000", "00000000000", "000000000i", "000000000A", "00000 0000", "000000000é"] {
      #expect(AccessKeyID(text) == nil, "\(text)")
    }
    for bits in [0, 1, UInt64.max, 0x1234_5678_9ABC_DEF0] {
      let id = AccessKeyID(random: bits)
      #expect(AccessKeyID(id.description) == id)
    }
    #expect(AccessKeyID(random: 0).description == "0000000000")
    #expect(AccessKeyID(random: .max).description == "zzzzzzzzzz")
    #expect(AccessKeyID(random: 1) == AccessKeyID(random: 1 | 1 << 50), "the lowest 50 bits count")
    #expect(first < second)
  }

  @Test("A holder is named like a system or an office, in one short word")
  func holders() {
    for text in ["a", "hue-dashboard", "PA06.Hue_2", String(repeating: "a", count: 64)] {
      #expect(AccessHolder(text)?.description == text)
    }
    for text in ["", "two words", "Huế", "a\n", String(repeating: "a", count: 65)] { #expect(AccessHolder(text) == nil, "\(text)") }
  }

  @Test("The scope to read covers all narrower ones, and those cover themselves")
  func scopes() {
    for scope in AccessScope.allCases {
      #expect(AccessScope.read.covers(scope) && scope.covers(scope))
      #expect(AccessScope.isName(scope.name))
    }
    #expect(!AccessScope.readAlerts.covers(.readReceipts) && !AccessScope.readAlerts.covers(.read))
    for text in ["", "Read", "read alerts", "a\n", String(repeating: "a", count: 65)] { #expect(!AccessScope.isName(text), "\(text)") }
  }
}
