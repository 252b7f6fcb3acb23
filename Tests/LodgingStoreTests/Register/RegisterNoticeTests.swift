import GRDB
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Alerts about notices follow from the notices and the stays, whichever came first")
struct RegisterNoticeTests {
  /// Notices at a position, each of one document.
  private static func set(_ next: Int64, _ notices: OpenedNotice...) -> NoticeSet { set(next, notices) }

  private static func set(_ next: Int64, _ notices: [OpenedNotice]) -> NoticeSet {
    NoticeSet(
      position: NoticePosition(next: next, digest: Digest128(first: UInt64(next), second: 0)),
      notices: Dictionary(notices.map { ($0.id, $0) }) { $1 })
  }

  private static func notice(
    _ number: UInt64, of documents: [DocumentFingerprint], from posted: String = "2026-11-20T12:00:00+07:00",
    to end: String = "2026-11-25T00:00:00+07:00", priority: AlertSeverity = .high
  ) throws -> OpenedNotice {
    let notice = Notice(
      id: NoticeID(random: 0, number), unit: .nation, reason: .wanted, priority: priority, posted: try Example.at(posted),
      validUntil: try Example.at(end), document: SealedDocument(month: Example.month, box: []))
    return OpenedNotice(notice, fingerprints: documents)
  }

  private func commit(_ set: NoticeSet?, to register: TestRegister) throws {
    var batch = ProjectionBatch()
    batch.notices = set
    try register.store.commit(batch)
  }

  private func matches(_ register: TestRegister) throws -> [NoticeID] {
    try register.alerts().filter { $0.kind == .noticeMatch }.compactMap(\.notice).sorted()
  }

  private func position(_ register: TestRegister) throws -> Int64? { try register.store.read { try $0.version() }.notices?.next }

  /// A register with a stay under document 5.
  private func register() throws -> (TestRegister, PartitionDriver) {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5)
    try register.commit(&driver)
    return (register, driver)
  }

  @Test("A notice finds the stays that are there, a stay the notices that are there, and withdrawing takes all of them away")
  func bothWays() throws {
    var (register, driver) = try register()
    let notice = try Self.notice(1, of: [Example.document(5)], priority: .critical)
    #expect(try position(register) == nil)
    try commit(Self.set(1, notice), to: register)
    #expect(try matches(register) == [notice.id] && position(register) == 1)
    let alert = try #require(try register.alerts().first)
    #expect(alert.stay == .number(2) && alert.severity == .critical && alert.reasons == [.notice(.wanted)])
    driver.send(try Example.checkIn(3), document: 5)
    driver.send(try Example.checkIn(4), document: 6)
    try register.commit(&driver)
    #expect(try matches(register) == [notice.id, notice.id])
    let other = try Self.notice(2, of: [Example.document(6)])
    try commit(Self.set(2, notice, other), to: register)
    #expect(try matches(register) == [notice.id, notice.id, other.id])
    try commit(Self.set(3, other), to: register)
    #expect(try matches(register) == [other.id] && position(register) == 3)
  }

  @Test("What a stay becomes judges it anew: another document, a departure before the notice, a cancellation, a later month's fingerprint")
  func changes() throws {
    var (register, driver) = try register()
    let later = DocumentFingerprint(month: Example.month.next, value: 9)
    try commit(
      Self.set(
        1, try Self.notice(1, of: [Example.document(5)], from: "2026-11-20T20:00:00+07:00"), try Self.notice(2, of: [Example.document(6)]),
        try Self.notice(3, of: [later])), to: register)
    #expect(try matches(register) == [NoticeID(random: 0, 1)])
    let details = try Example.stay(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-21T12:00:00+07:00")
    driver.send(try Example.event(3, at: "2026-11-20T18:30:00+07:00", .amendment(stay: .number(2), details)), document: 6)
    try register.commit(&driver)
    #expect(try matches(register) == [NoticeID(random: 0, 2)])
    driver.reseal(.number(2), of: try Example.id(Example.inn), to: Example.month.next, fingerprints: [later])
    try register.commit(&driver)
    #expect(try matches(register) == [NoticeID(random: 0, 2), NoticeID(random: 0, 3)])
    driver.send(try Example.event(4, at: "2026-11-20T18:40:00+07:00", .amendment(stay: .number(2), details)), document: 5)
    driver.send(try Example.event(5, at: "2026-11-20T19:00:00+07:00", .checkOut(stay: .number(2))))
    try register.commit(&driver)
    #expect(try matches(register).isEmpty, "the guest left before the notice was posted")
    driver.send(try Example.checkIn(6), document: 6)
    try register.commit(&driver)
    #expect(try matches(register) == [NoticeID(random: 0, 2)])
    driver.send(try Example.event(7, at: "2026-11-20T20:00:00+07:00", .cancellation(stay: .number(6))))
    try register.commit(&driver)
    #expect(try matches(register).isEmpty)
  }

  @Test("Under other keys a notice finds other stays")
  func keys() throws {
    let (register, _) = try register()
    try commit(Self.set(1, try Self.notice(1, of: [])), to: register)
    #expect(try matches(register).isEmpty)
    try commit(Self.set(1, try Self.notice(1, of: [Example.document(5)])), to: register)
    #expect(try matches(register).count == 1)
    try commit(Self.set(1, try Self.notice(1, of: [])), to: register)
    #expect(try matches(register).isEmpty)
  }

  @Test("Who goes on brings the notices again; without them nothing of them stands")
  func goingOn() throws {
    var (register, driver) = try register()
    try commit(Self.set(4, try Self.notice(1, of: [Example.document(5)]), try Self.notice(2, of: [Example.document(5)])), to: register)
    let again = try TestRegister(folder: register.folder)
    _ = try again.store.positions()
    #expect(try matches(again).count == 2 && position(again) == 4)
    try commit(Self.set(5, try Self.notice(2, of: [Example.document(5)])), to: again)
    #expect(try matches(again) == [NoticeID(random: 0, 2)] && position(again) == 5)
    _ = try again.store.positions()
    driver.send(try Example.checkIn(3), document: 6)
    try again.commit(&driver)
    #expect(try matches(again).isEmpty && position(again) == nil)
  }

  @Test("A register that went back to a copy shows the notices of the copy until the fold brings those of now")
  func goingBack() throws {
    var (register, driver) = try register()
    let (first, second) = (try Self.notice(1, of: [Example.document(5)]), try Self.notice(2, of: [Example.document(6)]))
    try commit(Self.set(1, first), to: register)
    try register.store.makeCopy(at: try Example.at("2026-11-21T00:00:00+07:00"))
    driver.send(try Example.checkIn(3), document: 6)
    try register.commit(&driver)
    try commit(Self.set(2, second), to: register)
    #expect(try matches(register) == [second.id])
    try register.store.goBack { _, _ in true }
    #expect(try matches(register) == [first.id] && position(register) == 1)
    var again = PartitionDriver(partition: 0, resuming: try #require(try register.store.positions()[0]))
    again.send(try Example.checkIn(3), document: 6)
    var batch = again.take()
    batch.notices = Self.set(2, second)
    try register.store.commit(batch)
    #expect(try matches(register) == [second.id] && position(register) == 2)
    try register.store.reset()
    #expect(try matches(register).isEmpty && position(register) == nil)
  }

  @Test("A register that was made before there were notices keeps its alerts")
  func migration() throws {
    let folder = try StoreFolder()
    let path = "\(folder.path)/\(RegisterStore.fileName)"
    let queue = try DatabaseQueue(path: path)
    try RegisterSchema.migrator.migrate(queue, upTo: "register 1")
    try queue.write {
      try $0.execute(
        sql: """
          INSERT INTO alerts VALUES ('000102030405060708090a0b0c0d0e0f', 1, 3, 55, 'HN-0001', zeroblob(16), NULL, NULL, NULL, 5,
            '["directory.name-differs"]', NULL)
          """)
    }
    try queue.close()
    let register = try TestRegister(folder: folder)
    let alert = try #require(try register.alerts().first)
    #expect(alert.kind == .identityMismatch && alert.reasons == [.finding(.directoryNameDiffers)] && alert.notice == nil)
  }

  @Test("After random histories they are those that follow from all notices and stays at once", arguments: 70...75 as ClosedRange<UInt64>)
  func agreeWithModel(seed: UInt64) throws {
    let register = try TestRegister()
    let memory = MemoryReadModel()
    var world = try RandomWorld(seed: seed)
    var random = SeededGenerator(seed: seed)
    var notices: [OpenedNotice] = []
    var most = 0
    for round in 0..<12 {
      var batch = try world.nextBatch(events: 40)
      if random.chance(2, of: 3) {
        notices.removeAll { _ in random.chance(1, of: 4) }
        for _ in 0..<random.below(4) {
          let value = UInt64(random.below(30))
          notices.append(
            try Self.notice(
              UInt64(round * 10 + random.below(10)),
              of: [
                Example.document(value), Example.document(value + 100, month: Example.month.previous),
                Example.document(value, month: Example.month.next),
              ], from: random.pick(["2026-11-20T09:00:00+07:00", "2026-11-21T09:00:00+07:00", "2026-11-23T00:00:00+07:00"]) ?? "",
              to: random.pick(["2026-11-23T01:00:00+07:00", "2026-12-01T00:00:00+07:00"]) ?? "",
              priority: random.pick([.high, .critical]) ?? .high))
        }
        batch.notices = Self.set(Int64(round), notices)
      }
      if random.chance(1, of: 5) {
        _ = try register.store.positions()
        _ = try memory.positions()
        batch.notices = Self.set(Int64(round), notices)
      }
      try register.store.commit(batch)
      try memory.commit(batch)
      let expected = memory.contents.alerts { register.catalogue.distance(from: $0, to: $1) }
      #expect(Set(try register.alerts()) == expected)
      most = max(most, try matches(register).count)
    }
    #expect(most > 0)
  }
}
