import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import Testing

@Suite("The audit of a register in use")
struct RegisterAuditTests {
  @Test("A register that is behind the ledger is held against what it has folded, and what waits is told")
  func behind() throws {
    try KeyedRegister.run { keyed in
      _ = try keyed.checkIn(until: "2026-11-22T12:00:00+07:00")
      #expect(try RegisterAudit(keyed.register).unfolded < 64, "at most the genesis of partitions where nothing happened")
      // A guest who is overdue a day later: decided, and not folded.
      keyed.clock.move(to: try Instant(rfc3339: "2026-11-23T00:00:00+07:00"))
      let place = TopicPartition(.events, keyed.partition)
      let appender = try keyed.register.log.makeAppender()
      try appender.submit([ValidatorLoop.tick], to: place, tag: 1)
      _ = try appender.acknowledgements(timeout: .seconds(10))
      var settings = ValidatorSettings()
      settings.tickAfterSeconds = nil
      let group = try keyed.register.log.join(group: "validator", topic: .events)
      let validator = try ValidatorLoop(context: keyed.register.validatorContext(settings), group: group)
      for _ in 0..<100 where validator.decidedEvents == 0 { _ = try validator.step(timeout: .milliseconds(20)) }
      validator.leave()
      // And one more that nobody has decided.
      try appender.submit([ValidatorLoop.tick], to: place, tag: 2)
      _ = try appender.acknowledgements(timeout: .seconds(10))
      let audit = try RegisterAudit(keyed.register)
      #expect(audit.report.isOK, "\(audit.report.differences)")
      #expect(audit.report.undecided == 1 && audit.report.lost == 0)
      #expect(audit.unfolded > 0)
    }
  }
}
