import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@testable import LodgingService

@Suite("A clock that ran ahead and was set back")
struct ClockBehindTests {
  let bench: RegisterBench

  init() throws { bench = try RegisterBench() }

  /// A register whose log goes up to five hours after the time that the clock says.
  private func setBack() throws -> Register {
    let ahead = SimulatedClock(bench.clock.now.adding(hours: 5))
    let before = try bench.open(clock: ahead)
    let worker = try Worker(before)
    defer { worker.close() }
    try bench.append(try bench.opening(), by: before)
    try worker.settleAll()
    return try bench.open()
  }

  private func expectClockWords(_ error: ServiceError?) {
    let words = error?.description ?? ""
    #expect(words.contains("2026-11-20T23:00:00") && words.contains("2026-11-20T18:00:00") && words.contains("clock"), "\(words)")
    #expect(!words.contains("running validator"))
  }

  @Test("A command says at once by how much, appends nothing, and goes on once the clock is right")
  func sending() throws {
    let register = try setBack()
    let before = try register.lastSources()
    let sender = try EventSender(register)
    defer { sender.close() }
    let record = try sender.encode(bench.checkIn(), identity: RegisterBench.guest())
    expectClockWords(#expect(throws: ServiceError.self) { try sender.send([record], of: bench.inn) })
    #expect(try register.lastSources() == before)
    try bench.move(to: "2026-11-20T22:58:00+07:00")
    #expect(try sender.send([record], of: bench.inn).map(\.decision.outcome) == [.accepted])
  }

  @Test("What waits already is not waited for, whoever decides", arguments: [true, false])
  func waiting(isHeldElsewhere: Bool) throws {
    let register = try setBack()
    try bench.append(bench.checkIn(), RegisterBench.guest(), by: register)
    let other = try register.log.joinDeciding()
    defer { other.leave() }
    if isHeldElsewhere { _ = try other.poll(timeout: .zero) }
    let worker = try Worker(register)
    defer { worker.close() }
    expectClockWords(#expect(throws: ServiceError.self) { try worker.settleAll() })
  }

  @Test("What waits already is not waited for on an events log that begins anew either")
  func waitingAfterReset() throws {
    let register = try setBack()
    var writer = try OperatorWriter(log: register.log, keys: register.keys)
    _ = try writer.append(to: register.partition(of: bench.inn)) { end in
      .sourceReset(incarnation: end.source.incarnation + 1, nextSource: end.source.offset + 1, reason: "drill")
    }
    try bench.append(bench.checkIn(), RegisterBench.guest(), by: register)
    let worker = try Worker(register)
    defer { worker.close() }
    expectClockWords(#expect(throws: ServiceError.self) { try worker.settleAll() })
  }
}
