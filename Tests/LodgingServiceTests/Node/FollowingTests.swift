import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@testable import LodgingService

@Suite("What other processes change while a worker runs")
struct FollowingTests {
  let bench: RegisterBench

  init() throws { bench = try RegisterBench() }

  /// A process whose worker holds the partitions, with the inn open.
  private func running(looking interval: Duration = .zero) throws -> (Register, Worker) {
    let register = try bench.open(looking: interval)
    let worker = try Worker(register)
    try bench.append(try bench.opening(), by: register)
    try worker.settleAll()
    return (register, worker)
  }

  private func load(_ rows: String..., by register: Register, startingAnew: Bool = false) throws {
    let file = try bench.residents(rows.joined())
    _ = try ResidentLoadOutput(register, file: file, startingAnew: startingAnew) { _, _, _ in }
  }

  @Test("a load is seen by the next decision, which names the version that it was made with")
  func load() throws {
    let (worker, other) = (try running(), try bench.open())
    defer { worker.1.close() }
    try load(RegisterBench.row("001190000009"), by: other)
    let before = try bench.append(bench.checkIn(), RegisterBench.guest(), by: other)
    try worker.1.settleAll()
    let unknown = try RegisterBench.decision(before, in: worker.0)
    #expect(unknown.decision.codes.contains(.directoryUnknownNumber))
    try load(RegisterBench.row(), by: other)
    let after = try bench.append(bench.checkIn(), RegisterBench.guest(), by: other)
    try worker.1.settleAll()
    let known = try RegisterBench.decision(after, in: worker.0)
    #expect(known.decision.codes.isDisjoint(with: AlertRules.failingCodes))
    #expect(!known.decision.codes.contains(.directoryUnknownNumber))
    #expect(known.facts.directoryVersion == other.directory.version)
    #expect(known.facts.directoryVersion > unknown.facts.directoryVersion)
  }

  @Test("single changes and deletions are seen too, and each has a version of its own")
  func changes() throws {
    let (worker, other) = (try running(), try bench.open())
    defer { worker.1.close() }
    try load(RegisterBench.row("001190000009"), by: other)
    let desk = ResidentChangeDesk(other)
    var versions: [UInt64] = []
    func codes() throws -> CodeSet {
      let place = try bench.append(bench.checkIn(), RegisterBench.guest(), by: other)
      try worker.1.settleAll()
      let (decision, facts) = try RegisterBench.decision(place, in: worker.0)
      #expect(facts.directoryVersion == other.directory.version)
      versions.append(facts.directoryVersion)
      return decision.codes
    }
    #expect(try codes().contains(.directoryUnknownNumber))
    #expect(try desk.change(try bench.residents(RegisterBench.row(), "12,,,,,,\n")).counts.loaded == 1)
    #expect(try !codes().contains(.directoryUnknownNumber))
    #expect(try desk.change(try bench.residents(RegisterBench.row(status: "deceased"))).badRows.isEmpty)
    #expect(try codes().contains(.directoryDeceased))
    #expect(try desk.delete(PersonalNumber("001190000001")))
    #expect(try codes().contains(.directoryUnknownNumber))
    #expect(try !desk.delete(PersonalNumber("001190000001")))
    #expect(versions == versions.sorted() && Set(versions).count == 4)
  }

  @Test("changes outlive the process, are built in by the next load below its rows, and a load that starts anew forgets them")
  func building() throws {
    let register = try bench.open()
    try load(RegisterBench.row("001190000009"), by: register)
    let desk = ResidentChangeDesk(register)
    _ = try desk.change(try bench.residents(RegisterBench.row(), RegisterBench.row("001190000002", status: "lost")))
    func statuses(_ register: Register) throws -> [String?] {
      try ["001190000001", "001190000002", "001190000009"].map { try ResidentLookupOutput(register, number: PersonalNumber($0)).status }
    }
    #expect(try statuses(try bench.open()) == ["alive", "lost", "alive"])
    try load(RegisterBench.row("001190000002"), by: try bench.open())
    let reopened = try bench.open()
    #expect(reopened.directory.overlay.isEmpty && reopened.directory.changesPosition == 2)
    #expect(try statuses(reopened) == ["alive", "alive", "alive"])
    _ = try ResidentChangeDesk(reopened).change(try bench.residents(RegisterBench.row("001190000009", status: "deceased")))
    #expect(try statuses(try bench.open()) == ["alive", "alive", "deceased"])
    try load(RegisterBench.row(), by: try bench.open(), startingAnew: true)
    #expect(try statuses(try bench.open()) == ["alive", nil, nil])
  }

  @Test("a version that cannot be opened leaves the one before in force, and the next good one is taken over")
  func damaged() throws {
    let (worker, other) = (try running(), try bench.open())
    defer { worker.1.close() }
    try load(RegisterBench.row(), by: other)
    try worker.1.settleAll()
    let version = worker.0.directory.version
    #expect(version == other.directory.version)
    let list = URL(fileURLWithPath: bench.folder.directory + "/CURRENT")
    try Data("nothing of ours".utf8).write(to: list, options: .atomic)
    let place = try bench.append(bench.checkIn(), RegisterBench.guest(), by: other)
    try worker.1.settleAll()
    #expect(try RegisterBench.decision(place, in: worker.0).facts.directoryVersion == version)
    try FileManager.default.removeItem(at: list)
    try load(RegisterBench.row("001190000009"), by: try bench.open())
    try worker.1.settleAll()
    _ = try bench.append(bench.checkIn(), RegisterBench.guest(), by: other)
    try worker.1.settleAll()
    #expect(worker.0.directory.version > version)
  }

  @Test("a key ring that others may read is trouble until its rights are mended, and the keys that are known stay in use")
  func openKeyRing() throws {
    let register = try bench.open()
    let key = register.keys.currentChainKey
    func setMode(_ mode: Int) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: bench.folder.keys)
      register.follow()
    }
    #expect(register.keyTrouble == nil)
    try setMode(0o644)
    #expect(register.keyTrouble?.contains("chmod 600") == true && register.keys.currentChainKey == key)
    try setMode(0o600)
    #expect(register.keyTrouble == nil)
  }

  @Test("a topic that lost its end is followed from where it ends now")
  func lostTail() throws {
    let register = try bench.open()
    let replica = register.directory
    replica.apply([(offset: 40, change: .delete(key: 9))])
    #expect(try replica.follow(register.log).isTailLost)
    #expect(replica.changesPosition == 0)
    _ = try ResidentChangeDesk(register).change(try bench.residents(RegisterBench.row()))
    #expect(try ResidentLookupOutput(register, number: PersonalNumber("001190000001")).found)
  }

  @Test("an event that is sealed to a month made a moment ago is opened, though the worker has not looked yet")
  func month() throws {
    let (register, worker) = try running(looking: .seconds(86_400))
    defer { worker.close() }
    try bench.move(to: "2026-12-01T00:00:01+07:00")
    let other = try bench.open()
    #expect(register.keys.month(try #require(KeyMonth("2026-12"))) == nil)
    let place = try bench.append(bench.checkIn(), RegisterBench.guest(), by: other)
    try worker.settleAll()
    let facts = try RegisterBench.decision(place, in: register).facts
    #expect(facts.seal == .opened && facts.month == KeyMonth("2026-12"))
  }

  @Test("a worker that runs over the end of a month has the next month's key before it begins")
  func overMidnight() throws {
    let (register, worker) = try running()
    defer { worker.close() }
    let december = try #require(KeyMonth("2026-12"))
    try bench.move(to: "2026-11-30T22:59:59+07:00")
    try worker.settleAll()
    #expect(register.keys.month(december) == nil)
    try bench.move(to: "2026-11-30T23:00:00+07:00")
    try worker.settleAll()
    #expect(register.keys.month(december)?.destroyed == nil && register.keys.month(december) != nil)
    #expect(try bench.open().keys.month(december)?.publicKey == register.keys.month(december)?.publicKey)
  }

  @Test("a month that another process destroys is gone from a running worker's memory")
  func destroyed() throws {
    let (register, worker) = try running()
    defer { worker.close() }
    let november = try #require(KeyMonth("2026-11"))
    try bench.move(to: "2026-12-20T12:00:00+07:00")
    let other = try bench.open()
    _ = try other.keys.destroy(november, at: bench.clock.now)
    #expect(register.keys.keys(of: november) != nil)
    try worker.settleAll()
    #expect(register.keys.keys(of: november) == nil)
  }

  @Test("a month that is destroyed while a clock still stands in it is no trouble with the key ring, and is not made anew")
  func destroyedNow() throws {
    let log = TestLog()
    let november = try #require(KeyMonth("2026-11"))
    _ = try bench.open()
    let later = SimulatedClock(try Instant(rfc3339: "2026-12-20T12:00:00+07:00"))
    _ = try bench.open(clock: later).keys.destroy(november, at: later.now)
    let register = try bench.open(logger: log.logger)
    let worker = try Worker(register)
    defer { worker.close() }
    try worker.settleAll()
    #expect(log.lines.filter { $0.contains("key") } == [])
    #expect(register.keys.month(november)?.destroyed != nil)
  }

  @Test("an establishment that another process changes is changed for the next decision, since changes are events")
  func establishment() throws {
    let (register, other) = (try bench.open(), try bench.open())
    let opening = try bench.opening()
    let stop = StopSignal()
    let started = DispatchSemaphore(value: 0)
    let worker = BackgroundThread("worker") { [register] in
      let worker = try Worker(register)
      defer { worker.close() }
      try worker.settleAll()
      started.signal()
      while !stop.isSet { try worker.settleAll() }
    }
    started.wait()
    let desk = try EstablishmentDesk(other)
    #expect(try desk.send(opening.body, to: bench.inn).outcome == .accepted)
    #expect(try desk.send(.establishmentClosed, to: bench.inn).outcome == .accepted)
    desk.close()
    let sender = try EventSender(other)
    defer { sender.close() }
    let rows = try sender.send([try sender.encode(bench.checkIn(), identity: RegisterBench.guest())], of: bench.inn)
    #expect(rows.map(\.decision.codes) == [CodeSet(.establishmentClosed)])
    stop.set()
    try worker.join()
  }
}
