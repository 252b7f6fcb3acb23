import Foundation
import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@testable import LodgingService

@Suite("How long decided events are kept")
struct RetentionTests {
  let bench: RegisterBench

  init() throws { bench = try RegisterBench() }

  private func place(_ register: Register) -> TopicPartition { TopicPartition(.events, register.partition(of: bench.inn)) }

  /// A register in which the inn was opened and three guests checked in, all decided; ticks come after them.
  private func decided() throws -> Register {
    let register = try bench.open()
    let sender = try EventSender(register)
    defer { sender.close() }
    let opening = try sender.encode(bench.opening(), identity: nil)
    let guests = try (0..<3).map { try sender.encode(bench.checkIn(), identity: RegisterBench.guest("00119000000\($0)")) }
    let rows = try sender.send([opening] + guests, of: bench.inn)
    #expect(rows.allSatisfy { $0.decision.outcome == .accepted })
    return register
  }

  private func removed(_ register: Register) throws -> Int64 { try EventRetention(register).apply().reduce(0) { $0 + $1.removed } }

  private func audit(_ register: Register) throws -> AuditReport {
    var report = try register.makeAudit().run()
    try RegisterComparison.compare(register, with: &report)
    return report
  }

  @Test("They leave the log fourteen days after their decision, to the millisecond, but for the last one")
  func age() throws {
    let register = try decided()
    let decidedAt = bench.clock.now
    bench.clock.move(to: decidedAt.adding(days: 14))
    #expect(try removed(register) == 0)
    bench.clock.move(to: decidedAt.adding(days: 14).adding(milliseconds: 1))
    #expect(try removed(register) == 3)
    #expect(try register.log.bounds(of: place(register)) == LogBounds(start: 3, end: 4))
    #expect(try removed(register) == 0, "a second pass finds nothing more")
  }

  @Test("What is not decided is kept, however old; its age counts from the decision")
  func undecided() throws {
    let register = try decided()
    for number in 4..<8 { try bench.append(bench.checkIn(), RegisterBench.guest("00119000000\(number)"), by: register) }
    bench.clock.move(to: bench.clock.now.adding(days: 400))
    #expect(try removed(register) == 3)
    #expect(try register.log.bounds(of: place(register)) == LogBounds(start: 3, end: 8))
    let worker = try Worker(register)
    try worker.settleAll()
    worker.close()
    #expect(try removed(register) == 0, "they were decided a moment ago")
    #expect(try audit(register).isOK)
  }

  @Test("After it the audit is ok and says from where on events are kept; validators restart, decide and answer as before")
  func afterwards() throws {
    let register = try decided()
    bench.clock.move(to: bench.clock.now.adding(days: 15))
    #expect(try removed(register) == 3)
    let report = try audit(register)
    #expect(report.isOK, "\(report.differences)")
    #expect(report.eventsKeptFrom[place(register).partition] == 3 && report.decided == 3)
    let restarted = try bench.open()
    let sender = try EventSender(restarted)
    defer { sender.close() }
    let rows = try sender.send([try sender.encode(bench.checkIn(), identity: RegisterBench.guest())], of: bench.inn)
    #expect(rows.map(\.decision.outcome) == [.accepted])
    #expect(try StayDesk(restarted).stays(of: bench.inn, purpose: "test").count == 4)
    #expect(try StayDesk(restarted).stays(of: bench.inn, purpose: "test").allSatisfy { $0.identity.state == "opened" })
    #expect(try audit(restarted).isOK)
  }

  @Test("A pass that ends anywhere is finished by the next one, with or without what it noted")
  func interrupted() throws {
    let register = try decided()
    bench.clock.move(to: bench.clock.now.adding(days: 15))
    #expect(try register.log.trimEvents(of: place(register).partition, before: 2) == 2)
    #expect(try audit(register).isOK)
    #expect(try removed(register) == 1)
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: "\(bench.path)/\(RetentionFile.fileName)\(suffix)")
    }
    #expect(try removed(register) == 0)
    #expect(try audit(register).isOK)
  }

  @Test("A mark that the ledger does not hold any more is not gone on from")
  func foreignMark() throws {
    let register = try decided()
    bench.clock.move(to: bench.clock.now.adding(days: 15))
    let file = try RetentionFile(directory: bench.path)
    let partition = place(register).partition
    try file.put(ChainPosition(offset: 2, chain: Digest128(first: 1, second: 2), source: 900), partition: partition)
    #expect(try removed(register) == 3)
    #expect(try file.mark(partition: partition)?.source == 3)
  }

  @Test("An entry that does not count says nothing of the event that it names")
  func ignored() throws {
    let register = try decided()
    for number in 4..<8 { try bench.append(bench.checkIn(), RegisterBench.guest("00119000000\(number)"), by: register) }
    var value: [UInt8] = []
    let header = EntryHeader(previous: Digest128(first: 3, second: 4), source: 7, now: bench.clock.now, rules: .newest)
    _ = LedgerWriter.append(header, .ticked, key: register.keys.currentChainKey.key, to: &value)
    let appender = try register.log.makeAppender()
    try appender.submit([NewRecord(key: [], value: value)], to: TopicPartition(.ledger, place(register).partition), tag: 0)
    _ = try #require(try appender.acknowledgements(timeout: .seconds(5)).first).result.get()
    bench.clock.move(to: bench.clock.now.adding(days: 15))
    #expect(try removed(register) == 3)
    #expect(try register.log.bounds(of: place(register)) == LogBounds(start: 3, end: 8))
  }

  @Test("The days can be set, or everything be kept; whoever decides removes by itself, once an hour")
  func settings() throws {
    let register = try decided()
    let retention = try EventRetention(register)
    #expect(try retention.days() == 14)
    for days in [0, -1, 36_501] { #expect(throws: ServiceError.self) { try retention.set(days: days) } }
    try retention.set(days: nil)
    bench.clock.move(to: bench.clock.now.adding(days: 100))
    #expect(try removed(register) == 0)
    try retention.set(days: 1)
    #expect(try EventRetention(try bench.open()).days() == 1)
    let worker = try Worker(register)
    defer { worker.close() }
    try worker.settleAll()
    #expect(try register.log.bounds(of: place(register)).start == 3)
    let file = try RetentionFile(directory: bench.path)
    let passed = bench.clock.now
    for seconds in [Int64(0), 3599, 3600] {
      bench.clock.move(to: passed.adding(seconds: seconds))
      try worker.settleAll()
      #expect(try file.lastPass() == (seconds < 3600 ? passed : bench.clock.now))
    }
  }

  @Test("Events that left the log undecided are lost: the audit says so, and the partition stands still")
  func expired() throws {
    let register = try decided()
    for number in 4..<8 { try bench.append(bench.checkIn(), RegisterBench.guest("00119000000\(number)"), by: register) }
    try register.log.trimEvents(of: place(register).partition, before: 6)
    let report = try audit(register)
    #expect(report.lost == 2 && report.undecided == 2 && !report.isOK)
    #expect(report.differences.contains { $0.contains("left the events log undecided") })
  }
}
