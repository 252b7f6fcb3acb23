import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import Testing

@testable import LodgingService

@Suite("How far answers are behind")
struct FreshnessTests {
  let bench: RegisterBench

  init() throws { bench = try RegisterBench() }

  @Test("What is of now needs no words; an event that waits and ledger time that stands do")
  func words() throws {
    let register = try bench.open()
    let worker = try Worker(register)
    try bench.append(try bench.opening(), by: register)
    try worker.settleAll()
    bench.clock.move(to: bench.clock.now.adding(seconds: 120))
    #expect(try Freshness(register).words == nil)
    worker.close()
    try bench.append(bench.checkIn(), RegisterBench.guest(), by: register)
    let waiting = try Freshness(register)
    #expect(waiting.waiting == 1 && waiting.lagSeconds == 120 && !waiting.isDeciding)
    #expect(waiting.words?.contains("1 event is not decided") == true)
    bench.clock.move(to: bench.clock.now.adding(days: 3))
    let standing = try #require(try Freshness(register).words)
    #expect(standing.contains("2026-11-20T18:00:00") && standing.contains("3 days ago"))
  }

  @Test("What is decided and not folded is told apart from what is not decided")
  func unfolded() throws {
    do {
      let register = try bench.open()
      let worker = try Worker(register)
      defer { worker.close() }
      try bench.append(try bench.opening(), by: register)
      try bench.append(bench.checkIn(), RegisterBench.guest(), by: register)
      try worker.settleAll()
    }
    try FileManager.default.removeItem(atPath: bench.folder.register)
    let lost = try Freshness(try bench.openToRead())
    #expect(lost.waiting == 2)
    let words = try #require(lost.words)
    #expect(words.contains("2 events are decided and not folded") && !words.contains("not decided"), "\(words)")
    let register = try bench.open()
    try bench.append(bench.checkIn(), RegisterBench.guest("001190000002"), by: register)
    let both = try #require(try Freshness(register).words)
    #expect(both.contains("1 event is not decided") && both.contains("2 events are decided and not folded"), "\(both)")
  }

  @Test("Reading changes nothing: no tick is appended and nobody decides")
  func readingOnly() throws {
    let register = try bench.open()
    try bench.append(try bench.opening(), by: register)
    bench.clock.move(to: bench.clock.now.adding(days: 1))
    let before = try register.lastSources()
    _ = try OccupancyOutput(register, unit: .nation, at: nil)
    _ = try Freshness(register)
    #expect(try register.lastSources() == before)
    #expect(try register.log.bounds(of: TopicPartition(.ledger, register.partition(of: bench.inn))).end == 1, "only genesis")
  }

  @Test("Where a process decides, what waits is being decided")
  func deciding() throws {
    let register = try bench.open()
    let worker = try Worker(register)
    defer { worker.close() }
    try worker.settleAll()
    try bench.append(try bench.opening(), by: register)
    let freshness = try Freshness(try bench.open())
    #expect(freshness.isDeciding && freshness.words?.contains("being decided") == true)
  }

  @Test("A moment that ledger time has not reached is answered as of ledger time, in words")
  func future() throws {
    let register = try bench.open()
    let worker = try Worker(register)
    defer { worker.close() }
    try bench.append(try bench.opening(), by: register)
    try worker.settleAll()
    let now = bench.clock.now
    let answer = try #require(try OccupancyOutput(register, unit: .nation, at: now.adding(days: 1)))
    #expect(answer.asOf == now.rfc3339() && answer.note?.contains("has not reached") == true)
    #expect(try OccupancyOutput(register, unit: .nation, at: now)?.note == nil)
  }
}
