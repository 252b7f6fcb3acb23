import Foundation
import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Logging
import Testing

@testable import LodgingService

@Suite("Posting, listing and withdrawing notices")
struct NoticeDeskTests {
  private let bench: RegisterBench

  init() throws {
    bench = try RegisterBench()
    try send(try bench.opening())
  }

  private func send(_ event: StayEvent, _ identity: GuestIdentity? = nil) throws {
    let sender = try EventSender(try bench.open())
    defer { sender.close() }
    _ = try sender.send([try sender.encode(event, identity: identity)], of: bench.inn)
  }

  private func request(
    _ unit: UnitCode = .nation, _ priority: AlertSeverity = .high, until: Instant? = nil
  ) -> NoticeDesk.Request {
    NoticeDesk.Request(unit: unit, reason: .wanted, priority: priority, validUntil: until ?? bench.clock.now.adding(days: 30))
  }

  private func named(_ text: String = "chip-card:001190000001") throws -> NamedDocument {
    try #require(NamedDocument(text, nationality: .vietnam))
  }

  /// A folder as an earlier version left it, whose log has these topics.
  private func older(_ topics: [Topic]) throws -> RegisterBench {
    let bench = try RegisterBench()
    try bench.folder.make()
    let keys = try FileKeyRing.openOrCreate(at: bench.folder.keys)
    let log = try EmbeddedLog(directory: bench.path, clock: bench.clock, settings: LogSettings(topics: topics))
    _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: bench.clock.now)
    return bench
  }

  private func id(_ output: NoticeOutput) throws -> NoticeID { try #require(NoticeID(output.id)) }

  /// The notices of the alerts that stand.
  private func matches() throws -> [String] {
    try AlertOutput.all(try bench.openToRead(), unit: .nation).filter { $0.kind == "notice.match" }.compactMap(\.notice).sorted()
  }

  @Test("What a command posts is held against stays that are there and that come, also where no process runs")
  func matching() throws {
    try send(bench.checkIn(), RegisterBench.guest())
    let first = try NoticeDesk(try bench.open()).post(named(), request())
    #expect(first.standing == "valid" && first.endsWithKey == "2026-11" && first.posted == bench.clock.now.rfc3339())
    #expect(try matches() == [first.id])
    let second = try NoticeDesk(try bench.open()).post(named("identity-card:001190000002"), request(.nation, .critical))
    #expect(try matches() == [first.id])
    try send(bench.checkIn(), RegisterBench.guest("001190000002"))
    #expect(try matches() == [first.id, second.id].sorted())
    #expect(try Rebuild.run(bench.folder, clock: bench.clock, logger: Logger(label: "test")) == 2)
    #expect(try matches() == [first.id, second.id].sorted())
    #expect(try RegisterAudit(try bench.open()).report.isOK)
    let withdrawn = try NoticeDesk(try bench.open()).withdraw(id(first))
    #expect(withdrawn.standing == "withdrawn" && withdrawn.withdrawn == bench.clock.now.rfc3339())
    #expect(try matches() == [second.id])
    #expect(try NoticeDesk(try bench.openToRead()).list().map(\.standing).sorted() == ["valid", "withdrawn"])
    let end = try bench.open().log.end(of: NoticeBook.place)
    #expect(try NoticeDesk(try bench.open()).withdraw(id(first)).standing == "withdrawn")
    #expect(try bench.open().log.end(of: NoticeBook.place) == end, "nothing more to say")
    #expect(try RegisterAudit(try bench.open()).report.isOK)
  }

  @Test("Verdict, codes and receipt of a stay are those without a notice")
  func told() throws {
    let without = try RegisterBench()
    var rows: [[Decision]] = []
    for bench in [bench, without] {
      let register = try bench.open()
      if bench === self.bench {
        _ = try NoticeDesk(register).post(named(), request())
      } else {
        let sender = try EventSender(register)
        defer { sender.close() }
        _ = try sender.send([try sender.encode(try bench.opening(), identity: nil)], of: bench.inn)
      }
      let sender = try EventSender(register)
      defer { sender.close() }
      _ = try sender.send([try sender.encode(bench.checkIn(), identity: RegisterBench.guest())], of: bench.inn)
      let partition = register.partition(of: bench.inn)
      rows.append(
        try register.store.read { view in try [0, 1].compactMap { try view.receipt(partition: partition, source: $0)?.decision } })
    }
    #expect(rows[0] == rows[1] && rows[0].count == 2)
  }

  @Test("What cannot be posted or withdrawn is said, and nothing is appended")
  func refused() throws {
    let register = try bench.open()
    let desk = NoticeDesk(register)
    let now = bench.clock.now
    for until in [now, now.adding(days: -1), now.adding(days: 366).adding(milliseconds: 1)] {
      #expect(throws: ServiceError.self) { try desk.post(named(), request(until: until)) }
    }
    #expect(throws: ServiceError.self) { try desk.post(named(), request(.nation, .medium)) }
    #expect(throws: ServiceError.self) { try desk.post(named(), request(.establishment(bench.inn))) }
    #expect(throws: ServiceError.notFound("there is no unit 99")) { try desk.post(named(), request(try UnitCode("99"))) }
    #expect(throws: ServiceError.self) { try desk.withdraw(NoticeID(random: 0, 0)) }
    #expect(try register.log.end(of: NoticeBook.place) == 0)
    #expect(try desk.post(named(), request(until: now.adding(days: 366))).standing == "valid")
    for text in ["", "001190000001", "chip-card:", "chip-card:00119000000", "card:001190000001", "none:1"] {
      #expect(NamedDocument(text, nationality: .vietnam) == nil)
    }
  }

  @Test("No file of the folder holds the number or its fingerprint, and no answer does")
  func secret() throws {
    let output = try NoticeDesk(try bench.open()).post(named("passport:C1234567"), request())
    let keys = try #require(try bench.open().keys.keys(of: KeyMonth(containing: bench.clock.now)))
    let value = try #require(try named("passport:C1234567").document.fingerprints(under: [keys]).first).value
    let secrets = [Data("C1234567".utf8)] + [value.littleEndian, value.bigEndian].map { value in withUnsafeBytes(of: value) { Data($0) } }
    var found = 0
    for (name, data) in try bench.contents() {
      guard let data else { continue }
      for secret in secrets { #expect(data.range(of: secret) == nil, "\(name)") }
      if data.range(of: Data(output.id.utf8)) != nil { found += 1 }
    }
    #expect(found > 0)
    #expect(!String(decoding: try JSONEncoder().encode(output), as: UTF8.self).contains("C1234567"))
  }

  @Test("A log that was made before there were notices gets its topic from the first who writes")
  func olderLog() throws {
    let bench = try older([.events, .ledger, .residents, .disclosures])
    #expect(try NoticeDesk(try bench.openToRead()).list().isEmpty)
    #expect(try Rebuild.run(bench.folder, clock: bench.clock, logger: Logger(label: "test")) == 0)
    let posted = try NoticeDesk(try bench.open()).post(named(), request())
    #expect(try NoticeDesk(try bench.openToRead()).list().map(\.id) == [posted.id])
  }

  @Test("A notice that does not open here is not called valid")
  func unopened() throws {
    let register = try bench.open()
    let posted = try NoticeDesk(register).post(named(), request())
    var notice = try #require(register.notices.list?[try id(posted)])
    notice.id = NoticeID(random: 0, 0)
    let value = NoticeRecord.value(of: notice, by: register.keys.noticeHasher)
    try register.log.append([NewRecord(key: NoticeRecord.key(of: notice.id), value: value)], to: NoticeBook.place)
    let standings = try NoticeDesk(try bench.openToRead()).list().map { ($0.id, $0.standing) }
    #expect(Dictionary(uniqueKeysWithValues: standings) == [posted.id: "valid", notice.id.description: "unreadable"])
  }

  @Test("Whoever writes the topic without the key ring posts and withdraws nothing, and the audit agrees")
  func forged() throws {
    try send(bench.checkIn(), RegisterBench.guest())
    let register = try bench.open()
    let posted = try NoticeDesk(register).post(named(), request())
    var notice = try #require(register.notices.list?[try id(posted)])
    notice.withdrawn = bench.clock.now
    let stranger = NoticeHasher(ringKey: SipKey(low: 1, high: 2))
    let key = NoticeRecord.key(of: notice.id)
    try register.log.append(
      [NewRecord(key: key, value: NoticeRecord.value(of: notice, by: stranger)), NewRecord(key: key, value: nil)], to: NoticeBook.place)
    try register.foldNotices()
    #expect(try NoticeDesk(try bench.openToRead()).list().map(\.standing) == ["valid"])
    #expect(try matches() == [posted.id])
    #expect(try RegisterAudit(try bench.open()).report.isOK)
  }

  @Test("A backup of before a month was destroyed is restored with the keys of now: what fitted its notices is gone, and nothing differs")
  func restored() throws {
    try send(bench.checkIn(), RegisterBench.guest())
    let posted = try NoticeDesk(try bench.open()).post(named(), request())
    #expect(try matches() == [posted.id])
    let (backup, other) = (bench.path + "-backup", bench.path + "-restored")
    defer { for path in [backup, other] { try? FileManager.default.removeItem(atPath: path) } }
    _ = try Backup.make(of: bench.folder, at: backup, withKeys: false, clock: bench.clock)
    try bench.move(to: "2026-12-20T18:00:00+07:00")
    _ = try KeyDesk(try bench.open()).destroy(try #require(KeyMonth("2026-11")), beforeRetentionEnds: true)
    let restored = try Restore.run(
      from: backup, to: DataFolder(other), keys: bench.folder.keys, clock: bench.clock, logger: Logger(label: "test"))
    #expect(restored.audit?.ok == true, "\(restored.audit?.differences ?? [])")
    let register = try Register(DataFolder(other), clock: bench.clock, logger: Logger(label: "test"), for: .reading)
    #expect(try AlertOutput.all(register, unit: .nation).allSatisfy { $0.kind != "notice.match" })
    #expect(try NoticeDesk(register).list().map(\.standing) == ["unreadable"])
  }

  @Test("When a month's key is destroyed, its notices end and the list says so; nothing differs in the audit")
  func destroyed() throws {
    try send(bench.checkIn(), RegisterBench.guest())
    let posted = try NoticeDesk(try bench.open()).post(named(), request())
    #expect(try matches() == [posted.id])
    try bench.move(to: "2026-12-20T18:00:00+07:00")
    let month = try #require(KeyMonth("2026-11"))
    let register = try bench.open()
    _ = try KeyDesk(register).destroy(month, beforeRetentionEnds: true)
    #expect(try NoticeDesk(try bench.openToRead()).list().map(\.standing) == ["unreadable"])
    #expect(try matches().isEmpty)
    #expect(try RegisterAudit(try bench.open()).report.isOK)
  }
}
