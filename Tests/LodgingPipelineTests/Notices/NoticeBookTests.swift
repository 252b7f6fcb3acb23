import LodgingDomain
import LodgingTesting
import LodgingWire
import Synchronization
import Testing

@testable import LodgingPipeline

@Suite("The notices as each node knows them")
struct NoticeBookTests {
  private static let first = KeyMonth(index: 24_322)
  private let clock = ManualClock()
  private let log: SimulatedLog
  private let ring = MemoryKeyRing(seed: 3, first: first, count: 2)
  private let hasher = NoticeHasher(ringKey: SipKey(low: 5, high: 6))

  init() { log = SimulatedLog(topics: [.notices], partitions: 1, clock: clock) }

  private func makeBook(_ keys: (any KeyRing)? = nil) -> NoticeBook { NoticeBook(hasher: hasher, keys: keys ?? ring) }

  private func append(_ records: NewRecord...) throws {
    let appender = try log.makeAppender()
    try appender.submit(records, to: NoticeBook.place, tag: 1)
    for acknowledgement in try appender.acknowledgements(timeout: .zero) { _ = try acknowledgement.result.get() }
  }

  private func notice(_ number: UInt64, month: KeyMonth = first, withdrawn: Bool = false) throws -> Notice {
    let id = NoticeID(random: 0, number)
    let document = try NoticeDocument(kind: .chipCard, nationality: .vietnam, number: "00119000000\(number)")
    let keys = try #require(ring.keys(of: month))
    return Notice(
      id: id, unit: .nation, reason: .wanted, priority: .high, posted: clock.now, validUntil: clock.now.adding(days: 1),
      document: try NoticeSeal.seal(document, for: id, month: month, publicKey: keys.publicBytes), withdrawn: withdrawn ? clock.now : nil)
  }

  private func record(_ notice: Notice) -> NewRecord {
    NewRecord(key: NoticeRecord.key(of: notice.id), value: NoticeRecord.value(of: notice, by: hasher))
  }

  private func ids(_ book: NoticeBook) -> Set<UInt64>? {
    book.set.map { Set($0.set.notices.keys.map { $0.bits.low & 0xFF }) }
  }

  @Test("All nodes that have read the same records have the same notices at the same position, and nothing before they have read")
  func same() throws {
    let books = [makeBook(), makeBook()]
    #expect(books[0].set == nil && books[0].list == nil && books[0].revision == nil)
    try books[0].follow(log)
    #expect(books[0].set?.set.position == NoticePosition(next: 0, digest: .zero) && ids(books[0]) == [])
    let one = try notice(1)
    try append(record(one), record(try notice(2)))
    #expect(try books[0].follow(log) == Followed(applied: 2))
    var withdrawn = one
    withdrawn.withdrawn = clock.now
    try append(record(withdrawn))
    for book in books { try book.follow(log) }
    #expect(books.map(ids) == [[2], [2]] && books[0].set?.set.position == books[1].set?.set.position)
    #expect(books[0].set?.set.position.next == 3 && books[0].list?.all.count == 2)
    let revision = books[0].revision
    #expect(try books[0].follow(log) == Followed() && books[0].revision == revision)
  }

  @Test("A notice has a fingerprint under the key of every month, of those that come later too, and ends with the key it is sealed to")
  func months() throws {
    let keys = ChangingRing(ring.destroying(Self.first.next))
    let book = makeBook(keys)
    let (one, two) = (try notice(1), try notice(2, month: Self.first.next))
    try append(record(one), record(two))
    try book.follow(log)
    #expect(ids(book) == [1] && book.set?.set.notices[one.id]?.fingerprints.map(\.month) == [Self.first])
    let revision = try #require(book.revision)
    keys.change(to: MemoryKeyRing(seed: 3, first: Self.first, count: 1))
    #expect(try book.follow(log) == Followed(), "an unchanged set of months is not opened again")
    try append(record(try notice(3, month: Self.first.next)))
    #expect(try book.follow(log) == Followed(applied: 1, unopened: 2), "a key ring that is older than those notices")
    keys.change(to: ring)
    try book.follow(log)
    #expect(ids(book) == [1, 2, 3] && book.revision == revision + 2)
    #expect(book.set?.set.notices[one.id]?.fingerprints.map(\.month) == [Self.first, Self.first.next])
    keys.change(to: ring.destroying(Self.first))
    #expect(try book.follow(log) == Followed(), "destroyed, as it was meant")
    #expect(ids(book) == [2, 3] && book.set?.set.notices[two.id]?.fingerprints.map(\.month) == [Self.first.next])
  }

  @Test("What was sealed for another notice, to another key or to nothing opens for nobody")
  func foreign() throws {
    var moved = try notice(1)
    moved.id = NoticeID(random: 0, 3)
    var other = try notice(2)
    other.document.box[50] ^= 1
    try append(record(moved), record(other), record(try notice(4)))
    let book = makeBook()
    #expect(try book.follow(log) == Followed(applied: 3, unopened: 2))
    #expect(ids(book) == [4])
    let stranger = makeBook(MemoryKeyRing(seed: 4, first: Self.first, count: 2))
    #expect(try stranger.follow(log) == Followed(applied: 3, unopened: 3), "its keys are others'")
    #expect(ids(stranger) == [] && stranger.set?.set.position == book.set?.set.position)
  }

  @Test("Garbage is counted and passed over; while the topic cannot be read, what was known goes on")
  func trouble() throws {
    let book = makeBook()
    try append(NewRecord(key: nil, value: nil), NewRecord(key: Array("nonsense".utf8), value: [1]), record(try notice(1)))
    log.inject(.unavailable("in the middle"), into: .read)
    #expect(throws: LogError.self) { try book.follow(log) }
    #expect(book.set == nil)
    #expect(try book.follow(log) == Followed(applied: 1, unreadable: 2))
    try append(record(try notice(2)))
    log.setUnreachable([NoticeBook.place])
    #expect(throws: LogError.self) { try book.follow(log) }
    #expect(ids(book) == [1])
    log.setUnreachable([])
    try book.follow(log)
    #expect(ids(book) == [1, 2])
  }

  @Test("Whoever has no key ring posts, changes, withdraws and repeats nothing: such records are counted and passed over, on every node")
  func forged() throws {
    let posted = try notice(1)
    try append(record(posted))
    let book = makeBook()
    try book.follow(log)
    let stranger = NoticeHasher(ringKey: SipKey(low: 5, high: 7))
    var withdrawn = posted
    withdrawn.withdrawn = clock.now
    let own = NoticeRecord.value(of: posted, by: hasher)
    try append(
      NewRecord(key: NoticeRecord.key(of: NoticeID(random: 0, 2)), value: NoticeRecord.value(of: try notice(2), by: stranger)),
      NewRecord(key: NoticeRecord.key(of: posted.id), value: NoticeRecord.value(of: withdrawn, by: stranger)),
      NewRecord(key: NoticeRecord.key(of: NoticeID(random: 0, 3)), value: own),
      NewRecord(key: NoticeRecord.key(of: posted.id), value: own.dropLast()),
      NewRecord(key: NoticeRecord.key(of: posted.id), value: nil),
      NewRecord(key: NoticeRecord.key(of: posted.id), value: Array(repeating: 0, count: 60_000)))
    #expect(try book.follow(log) == Followed(unreadable: 6))
    #expect(ids(book) == [1] && book.list?.all == [posted])
    #expect(try book.follow(log) == Followed(), "said once")
    try append(record(withdrawn), record(posted))
    #expect(try book.follow(log) == Followed(applied: 2))
    #expect(ids(book) == [], "an old record that lands again brings back nothing")
    let fresh = makeBook()
    try fresh.follow(log)
    #expect(ids(fresh) == [] && fresh.list?.all == [withdrawn] && fresh.set?.set.position == book.set?.set.position)
  }

  @Test("A topic that lost its end, and perhaps grew again, is read anew: what stands follows from what it holds")
  func lostTail() throws {
    let book = makeBook()
    let one = try notice(1)
    try append(record(one), record(try notice(2)))
    try book.follow(log)
    let position = book.set?.set.position
    log.loseTail(of: NoticeBook.place, count: 1)
    try append(record(try notice(3)), record(try notice(4)))
    #expect(try book.follow(log) == Followed(applied: 3, isTailLost: true))
    #expect(ids(book) == [1, 3, 4] && book.list?.all.count == 3)
    let fresh = makeBook()
    try fresh.follow(log)
    #expect(fresh.set?.set.position == book.set?.set.position && position != book.set?.set.position)
  }

  @Test("A loop brings its read model all notices, each change once, and all again when it goes on from an earlier state")
  func projected() throws {
    let log = SimulatedLog(topics: [.ledger, .notices], partitions: 1, clock: clock)
    func append(_ notice: Notice) throws {
      let appender = try log.makeAppender()
      try appender.submit([record(notice)], to: NoticeBook.place, tag: 1)
      for acknowledgement in try appender.acknowledgements(timeout: .zero) { _ = try acknowledgement.result.get() }
    }
    let (book, model) = (makeBook(), MemoryReadModel())
    try append(try notice(1))
    let loop = try ProjectionLoop(log: log, model: model, clock: clock, monitor: MemoryMonitor(), notices: book)
    #expect(loop.hasNewNotices && loop.noticePosition == nil && model.contents.notices == nil)
    _ = try loop.step(timeout: .zero)
    #expect(!loop.hasNewNotices && loop.noticePosition?.next == 1 && model.contents.notices?.notices.count == 1)
    try append(try notice(2))
    try book.follow(log)
    model.failCommits(1)
    #expect(throws: MemoryReadModel.CommitFailed.self) { try loop.step(timeout: .zero) }
    #expect(loop.noticePosition?.next == 1 && model.contents.notices?.notices.count == 1)
    _ = try loop.step(timeout: .zero)
    #expect(loop.noticePosition?.next == 2 && model.contents.notices?.notices.count == 2)

    try append(try notice(3))
    try book.follow(log)
    log.setUnreachable([TopicPartition(.ledger, 0)])
    _ = try loop.step(timeout: .zero)
    #expect(model.contents.notices?.notices.count == 3, "a ledger that is silent keeps no notice away")
    model.failCommits(1)
    try append(try notice(4))
    try book.follow(log)
    log.setUnreachable([])
    #expect(throws: MemoryReadModel.CommitFailed.self) { try loop.step(timeout: .zero) }
    _ = try loop.step(timeout: .zero)
    try model.commit(ProjectionBatch())
    #expect(model.contents.notices?.notices.count == 4, "after a step that failed they come again")

    let without = SimulatedLog(topics: [.ledger], partitions: 1, clock: clock)
    #expect(throws: LogError.unknownTopic(.notices), "a broker that has just come up may say so, and nothing may be withdrawn for it") {
      try ProjectionLoop(log: without, model: model, clock: clock, monitor: MemoryMonitor(), notices: makeBook())
    }
    #expect(model.contents.notices?.notices.count == 4)
    _ = try ProjectionLoop(log: without, model: model, clock: clock, monitor: MemoryMonitor(), notices: book)
    log.setUnreachable([NoticeBook.place])
    #expect(throws: LogError.self) {
      try ProjectionLoop(log: log, model: model, clock: clock, monitor: MemoryMonitor(), notices: makeBook())
    }
    _ = try ProjectionLoop(log: log, model: model, clock: clock, monitor: MemoryMonitor(), notices: book)
  }
}

/// A key ring that somebody else changes.
private final class ChangingRing: KeyRing {
  private let ring: Mutex<MemoryKeyRing>

  init(_ ring: MemoryKeyRing) { self.ring = Mutex(ring) }

  func change(to next: MemoryKeyRing) { ring.withLock { $0 = next } }

  private var now: MemoryKeyRing { ring.withLock { $0 } }

  var ledgerID: LedgerID { now.ledgerID }
  var currentChainKey: ChainKey { now.currentChainKey }
  var firstChainKey: ChainKey { now.firstChainKey }
  func chainKey(_ id: UInt32) -> SipKey? { now.chainKey(id) }
  var directoryKey: SipKey { now.directoryKey }
  func keys(of month: KeyMonth) -> MonthKeys? { now.keys(of: month) }
  var secretMonths: [KeyMonth] { now.secretMonths }
  func standing(of month: KeyMonth, at time: Instant) -> MonthStanding { now.standing(of: month, at: time) }
}
