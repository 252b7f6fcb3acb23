import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("The access keys as each node knows them")
struct AccessBookTests {
  private let clock = ManualClock()
  private let log: SimulatedLog
  private let hasher: AccessHasher

  init() throws {
    log = SimulatedLog(topics: [.access], partitions: 1, clock: clock)
    hasher = AccessHasher(ringKey: try #require(SipKey(bytes: Array(0..<16))))
  }

  private func book() -> AccessBook { AccessBook(hasher: hasher, clock: clock) }

  private func append(_ records: NewRecord..., to log: SimulatedLog? = nil) throws {
    let appender = try (log ?? self.log).makeAppender()
    try appender.submit(records, to: AccessBook.place, tag: 1)
    for acknowledgement in try appender.acknowledgements(timeout: .zero) { _ = try acknowledgement.result.get() }
  }

  private func draw(
    _ scopes: [AccessScope] = [.read], expires: Instant? = nil, replacing former: AccessKey.Replacement? = nil
  ) throws -> (text: String, key: AccessKey) {
    var generator = SystemRandomNumberGenerator()
    let presented = PresentedAccessKey(using: &generator)
    let names = scopes.map(\.name)
    let key = AccessKey(
      id: presented.id, holder: try #require(AccessHolder("hue-dashboard")), scopes: names, granted: clock.now, expires: expires,
      replaces: former, digest: hasher.digest(of: presented, scopes: names))
    return (presented.text, key)
  }

  private func record(_ key: AccessKey) -> NewRecord { NewRecord(key: AccessRecord.key(of: key.id), value: AccessRecord.value(of: key)) }

  private func revoked(_ key: AccessKey) -> AccessKey {
    var key = key
    key.revoked = clock.now
    return key
  }

  @Test("A key is valid on every node that has read the topic, and refused on every one once it is revoked")
  func two() throws {
    let books = [book(), book()]
    let (text, key) = try draw([.readAlerts])
    for book in books { try book.follow(log) }
    #expect(books.map { $0.examine(text) } == [.refused(.unknown), .refused(.unknown)])
    try append(record(key))
    for book in books { #expect(try book.follow(log) == Followed(applied: 1)) }
    #expect(books.map { $0.examine(text) } == [.valid([.readAlerts]), .valid([.readAlerts])])
    try append(record(revoked(key)))
    for book in books { try book.follow(log) }
    #expect(books.map { $0.examine(text) } == [.refused(.revoked), .refused(.revoked)])
    #expect(try books.map { try $0.follow(log) } == [Followed(), Followed()])
  }

  @Test("Before the topic was read nobody can say; while it cannot be read, what was known goes on")
  func unreachable() throws {
    let (text, key) = try draw()
    try append(record(key))
    let book = book()
    #expect(book.examine(text) == .notKnown && book.list == nil)
    log.setUnreachable([AccessBook.place])
    #expect(throws: LogError.self) { try book.follow(log) }
    #expect(book.examine(text) == .notKnown)
    #expect(book.examine("nonsense") == .refused(.malformed), "what can be no key needs no list")
    log.setUnreachable([])
    log.inject(.unavailable("in the middle"), into: .read)
    #expect(throws: LogError.self) { try book.follow(log) }
    #expect(book.examine(text) == .notKnown)
    try book.follow(log)
    #expect(book.examine(text) == .valid([.read]))
    log.setUnreachable([AccessBook.place])
    #expect(throws: LogError.self) { try book.follow(log) }
    #expect(book.examine(text) == .valid([.read]) && book.list?.all.count == 1)
    clock.advance(milliseconds: 86_400_000)
    #expect(book.examine(text) == .valid([.read]))
  }

  @Test("A topic that there is not is no empty one")
  func noTopic() throws {
    let book = book()
    let other = SimulatedLog(topics: [.events], partitions: 1, clock: clock)
    #expect(throws: LogError.unknownTopic(.access)) { try book.follow(other) }
    #expect(book.examine(try draw().text) == .notKnown)
  }

  @Test("Another secret under a known id, the key of another register, and a key with other scopes are unknown")
  func forged() throws {
    let (text, key) = try draw([.readAlerts])
    try append(record(key))
    let book = book()
    try book.follow(log)
    let other = try draw().text
    #expect(book.examine(String(text.prefix(19)) + other.dropFirst(19)) == .refused(.unknown))
    let stranger = AccessBook(hasher: AccessHasher(ringKey: try #require(SipKey(bytes: Array(1..<17)))), clock: clock)
    try stranger.follow(log)
    #expect(stranger.examine(text) == .refused(.unknown))
    var widened = key
    widened.scopes = ["read"]
    try append(record(widened))
    try book.follow(log)
    #expect(book.examine(text) == .refused(.unknown))
  }

  @Test("A key ends by the node's clock, at its own end or its successor's word")
  func ends() throws {
    let (text, key) = try draw(expires: clock.now.adding(hours: 2))
    let (next, successor) = try draw(replacing: .init(id: key.id, ends: clock.now.adding(hours: 1)))
    try append(record(key))
    let (first, second) = (book(), book())
    try first.follow(log)
    try append(record(successor))
    try second.follow(log)
    clock.advance(milliseconds: 3_599_999)
    #expect([first, second].map { $0.examine(text) } == [.valid([.read]), .valid([.read])])
    clock.advance(milliseconds: 1)
    #expect([first, second].map { $0.examine(text) } == [.valid([.read]), .refused(.replaced)])
    clock.advance(milliseconds: 3_600_000)
    #expect(first.examine(text) == .refused(.expired))
    #expect(second.examine(next) == .valid([.read]))
  }

  @Test("Garbage is counted and passed over, and what stands behind it is read")
  func garbage() throws {
    let (text, key) = try draw()
    try append(
      NewRecord(key: nil, value: nil), NewRecord(key: [], value: []), NewRecord(key: Array("0123456789".utf8), value: [0xFF, 0xFF]),
      NewRecord(key: Array("nonsense".utf8), value: Array(repeating: 1, count: 60_000)),
      NewRecord(key: AccessRecord.key(of: key.id), value: []), record(key), NewRecord(key: AccessRecord.key(of: key.id), value: [1]))
    let book = book()
    #expect(try book.follow(log) == Followed(applied: 1, unreadable: 6))
    #expect(book.examine(text) == .valid([.read]))
    #expect(try book.follow(log) == Followed())
  }

  @Test("Two grants at once, and an append that lands twice or late, leave each key as it is meant")
  func concurrent() throws {
    let (grants, book) = (try (0..<2).map { _ in try draw() }, book())
    let appenders = try grants.map { grant in
      let appender = try log.makeAppender()
      try appender.submit([record(grant.key)], to: AccessBook.place, tag: 1)
      return appender
    }
    for appender in appenders { _ = try appender.acknowledgements(timeout: .zero) }
    try append(record(grants[0].key), record(revoked(grants[1].key)), record(grants[1].key))
    try book.follow(log)
    #expect(book.examine(grants[0].text) == .valid([.read]))
    #expect(book.examine(grants[1].text) == .refused(.revoked))
  }

  @Test("A record without a value forgets a key; compaction leaves the same list; holes are no end")
  func compaction() throws {
    let (kept, gone) = (try draw(), try draw())
    try append(record(kept.key), record(gone.key))
    log.skipOffsets(of: AccessBook.place, count: 5)
    try append(record(revoked(kept.key)), NewRecord(key: AccessRecord.key(of: gone.key.id), value: nil))
    let whole = book()
    try whole.follow(log)
    log.trim(AccessBook.place, before: 7)
    let compacted = book()
    try compacted.follow(log)
    for book in [whole, compacted] {
      #expect(book.examine(kept.text) == .refused(.revoked))
      #expect(book.examine(gone.text) == .refused(.unknown))
    }
    #expect(whole.list?.all == compacted.list?.all)
  }

  @Test("A topic that lost its end is told and read again; what was revoked stays so, and what comes later is known")
  func lostTail() throws {
    let (first, second) = (try draw(), try draw())
    try append(record(first.key), record(second.key), record(revoked(first.key)))
    let book = book()
    try book.follow(log)
    log.loseTail(of: AccessBook.place, count: 2)
    #expect(try book.follow(log) == Followed(applied: 1, isTailLost: true))
    #expect(book.examine(first.text) == .refused(.revoked))
    #expect(book.examine(second.text) == .valid([.read]))
    try append(record(revoked(second.key)))
    try book.follow(log)
    #expect(book.examine(second.text) == .refused(.revoked))
  }

  @Test("One that lost its end and grew again is noticed, so that nothing that was written in between is missed")
  func grownAgain() throws {
    let keys = try (0..<3).map { _ in try draw() }
    try append(record(keys[0].key), record(keys[1].key))
    let (looking, cutOff) = (book(), book())
    for book in [looking, cutOff] { try book.follow(log) }
    log.loseTail(of: AccessBook.place, count: 1)
    try append(record(revoked(keys[0].key)))
    #expect(try looking.follow(log) == Followed(), "the end is where it was, and nothing is asked at every look")
    log.setUnreachable([AccessBook.place])
    #expect(throws: LogError.self) { try cutOff.follow(log) }
    log.setUnreachable([])
    let again = Followed(applied: 2, isTailLost: true)
    #expect(try cutOff.follow(log) == again, "after a look in vain")
    #expect(cutOff.examine(keys[0].text) == .refused(.revoked) && cutOff.examine(keys[1].text) == .valid([.read]))
    try append(record(keys[2].key))
    #expect(try looking.follow(log) == Followed(applied: 3, isTailLost: true), "when there is something new")
    #expect(looking.examine(keys[0].text) == .refused(.revoked) && looking.examine(keys[2].text) == .valid([.read]))
    let late = book()
    try late.follow(log)
    try append(record(keys[1].key))
    log.loseTail(of: AccessBook.place, count: 2)
    try append(record(revoked(keys[2].key)))
    #expect(try (0..<AccessBook.looksBetweenChecks).contains { _ in try late.follow(log).isTailLost }, "now and then in any case")
    #expect(late.examine(keys[2].text) == .refused(.revoked))
  }

  @Test("A last record that compaction has removed is no loss")
  func compactedEnd() throws {
    let keys = try (0..<2).map { _ in try draw() }
    try append(record(keys[0].key), record(keys[1].key))
    let book = book()
    try book.follow(log)
    try append(record(keys[0].key))
    log.trim(AccessBook.place, before: 2)
    #expect(try book.follow(log) == Followed(applied: 1))
    #expect(try (0...AccessBook.looksBetweenChecks).allSatisfy { _ in try book.follow(log) == Followed() })
    #expect(keys.map { book.examine($0.text) } == [.valid([.read]), .valid([.read])])
  }
}
