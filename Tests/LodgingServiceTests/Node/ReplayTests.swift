import Foundation
import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@testable import LodgingService

@Suite("Sending quarantined records again")
struct ReplayTests {
  let bench: RegisterBench
  let register: Register

  init() throws {
    bench = try RegisterBench()
    register = try bench.open()
    try bench.append(try bench.opening(), by: register)
    let worker = try Worker(register)
    defer { worker.close() }
    try worker.settleAll()
  }

  private var right: Int { register.partition(of: bench.inn) }

  /// Appends a record as it is, and decides it.
  private func put(_ value: [UInt8]?, key: String, partition: Int) throws -> (partition: Int, source: Int64) {
    let appender = try register.log.makeAppender()
    try appender.submit([NewRecord(key: Array(key.utf8), value: value)], to: TopicPartition(.events, partition), tag: 0)
    let landed = try #require(try appender.acknowledgements(timeout: .seconds(10)).first).result.get()
    let worker = try Worker(register)
    defer { worker.close() }
    try worker.settleAll()
    return (partition, try #require(landed.first))
  }

  private func checkIn() throws -> [UInt8] {
    let sender = try EventSender(register)
    defer { sender.close() }
    return try sender.encode(bench.checkIn(), identity: RegisterBench.guest())
  }

  private func replay(_ place: (partition: Int, source: Int64), repaired: [UInt8]? = nil, isDryRun: Bool = false) throws -> ReplayOutput? {
    let desk = try QuarantineReplay(register, isDryRun: isDryRun)
    defer { desk.close() }
    return try desk.replay(partition: place.partition, source: place.source, repaired: repaired)
  }

  private func replayAll() throws -> [ReplayOutput] {
    let desk = try QuarantineReplay(register, isDryRun: false)
    defer { desk.close() }
    var rows: [ReplayOutput] = []
    try desk.replayAll { rows.append($0) }
    return rows
  }

  private func openStays() throws -> Int { try StayDesk(register).stays(of: bench.inn, purpose: nil).count }

  private func auditIsOK() throws -> Bool {
    var report = try register.makeAudit().run()
    try RegisterComparison.compare(register, with: &report)
    return report.isOK
  }

  @Test("A record under a wrong key or on a wrong partition is sent under its own, once, with its identity and a reference")
  func wrongPlace() throws {
    let other = (right + 1) % register.log.partitionCount
    let places = [
      try put(try checkIn(), key: "HN-0001", partition: other), try put(try checkIn(), key: "HN-0002", partition: right),
    ]
    #expect(try QuarantineDesk(register).list().map(\.code).sorted() == ["event.wrong-key", "event.wrong-partition"])
    for place in places {
      let output = try #require(try replay(place))
      #expect(output.outcome == "accepted" && output.isDone && output.establishment == "HN-0001" && output.reason == nil)
      let again = try #require(try replay(place))
      #expect(again.outcome == "duplicate" && again.receipt == output.receipt && again.replay != output.replay)
      let shown = try #require(try QuarantineDesk(register).show(partition: place.partition, source: place.source))
      #expect(shown.replays.map(\.outcome) == ["accepted", "duplicate"] && shown.isRegistered)
      #expect(shown.replays.first?.partition == right && shown.replays.first?.receipt == output.receipt)
    }
    #expect(try openStays() == 2)
    #expect(try StayDesk(register).stays(of: bench.inn, purpose: "test").allSatisfy { $0.identity.state == "opened" })
    #expect(try auditIsOK())
  }

  @Test("What was registered in the meantime is a duplicate with its first receipt")
  func registeredMeanwhile() throws {
    let bytes = try checkIn()
    let place = try put(bytes, key: "HN-0002", partition: right)
    let sender = try EventSender(register)
    let first = try #require(try sender.send([bytes], of: bench.inn).first)
    sender.close()
    let output = try #require(try replay(place))
    #expect(try output.outcome == "duplicate" && output.receipt == register.receiptID(of: first)?.description)
    #expect(try openStays() == 1)
  }

  @Test("Bytes that are no event are said to be none, in words, and are sent in their repaired form")
  func repaired() throws {
    let bytes = try checkIn()
    let place = try put(Array(bytes.dropLast(3)), key: "HN-0001", partition: right)
    let refused = try #require(try replay(place))
    #expect(refused.outcome == "undecodable" && refused.codes == ["event.undecodable"] && refused.replay == nil && !refused.isDone)
    #expect(refused.reason?.contains("--repaired") == true)
    let output = try #require(try replay(place, repaired: bytes))
    #expect(output.outcome == "accepted" && output.replay?.partition == right)
    #expect(try QuarantineDesk(register).show(partition: place.partition, source: place.source)?.isRegistered == true)
    #expect(try auditIsOK())
  }

  @Test("A rejected event says why, is not done, and may be sent again")
  func rejected() throws {
    let event = bench.event(.checkOut(stay: EventID(high: 1, low: 1)))
    var bytes: [UInt8] = []
    try WireEvent.encode(event, into: &bytes)
    let place = try put(bytes, key: "HN-0002", partition: right)
    let output = try #require(try replay(place))
    #expect(output.outcome == "rejected" && output.codes == ["stay.unknown"] && output.fields == ["stay"] && !output.isDone)
    #expect(try replayAll().map(\.outcome) == ["rejected"])
  }

  @Test("All that are not registered yet are sent, and a second time only what is left")
  func all() throws {
    let other = (right + 1) % register.log.partitionCount
    _ = try put(try checkIn(), key: "HN-0001", partition: other)
    _ = try put([1, 2, 3], key: "HN-0001", partition: right)
    _ = try put(nil, key: "HN-0001", partition: right)
    var tick: [UInt8] = []
    WireEvent.encodeTick(into: &tick)
    _ = try put(tick, key: "HN-0001", partition: right)
    _ = try put([UInt8](repeating: 0x5A, count: LogLimits.eventBytesMax + 1), key: "HN-0001", partition: right)
    let rows = try replayAll()
    #expect(rows.map(\.outcome).sorted() == ["accepted"] + Array(repeating: "undecodable", count: 4))
    #expect(rows.filter { $0.reason == nil }.count == 1)
    #expect(try replayAll().count == 4)
    #expect(try openStays() == 1 && auditIsOK())
  }

  @Test("A dry run gives the verdict and appends nothing")
  func dryRun() throws {
    let place = try put(try checkIn(), key: "HN-0002", partition: right)
    let before = try register.lastSources()
    let output = try #require(try replay(place, isDryRun: true))
    #expect(output.outcome == "accepted" && output.replay == nil && output.receipt == nil)
    #expect(try register.lastSources() == before && openStays() == 0)
  }

  @Test("What is not in quarantine, not kept any more, or not what was quarantined is not sent")
  func refused() throws {
    #expect(try replay((right, 0)) == nil)
    let place = try put(try checkIn(), key: "HN-0002", partition: right)
    _ = try put([1], key: "HN-0002", partition: right)
    try register.log.trimEvents(of: right, before: place.source + 1)
    let gone = try #require(try replay(place))
    #expect(gone.outcome == "undecodable" && gone.codes == ["event.wrong-key"] && gone.reason?.contains("does not hold") == true)
    #expect(try replay(place, repaired: try checkIn())?.outcome == "accepted")
  }

  @Test("The reference is folded alike from whichever partition is read first, and a rebuilt register shows the same")
  func rebuilt() throws {
    for step in 1...3 {
      _ = try replay(try put(try checkIn(), key: "HN-0001", partition: (right + step) % register.log.partitionCount))
    }
    let before = try QuarantineDesk(register).list()
    #expect(before.count == 3 && before.allSatisfy(\.isRegistered))
    try register.store.reset()
    let worker = try Worker(register)
    defer { worker.close() }
    try worker.settleAll()
    #expect(try QuarantineDesk(register).list().map(\.replays.first?.receipt) == before.map(\.replays.first?.receipt))
  }
}
