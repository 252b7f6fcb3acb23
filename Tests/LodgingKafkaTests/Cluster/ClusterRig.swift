import Foundation
import KafkaMock
import LodgingAudit
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Synchronization
import Testing

/// A register on a mock cluster: validators and a projection on threads of their own, each with a log of its own, over stores that they share.
struct ClusterRig {
  let kafka: MockedLog
  let partitions: Int
  let clock = WallClock()
  let ring: MemoryKeyRing
  let directory = MemoryDirectory()
  let snapshots = MemorySnapshotStore()
  let index = MemoryIdIndex()
  let attempts = MemoryAttemptJournal()
  let monitor = MemoryMonitor()

  init(partitions: Int, brokers: Int = 1) throws {
    self.partitions = partitions
    kafka = try MockedLog(partitions: partitions, brokers: brokers)
    ring = MemoryKeyRing(seed: 7, first: KeyMonth(containing: clock.now).previous, count: 3)
    let log = try kafka.makeLog()
    _ = try GenesisWriter.begin(log: log, ledgerID: ring.ledgerID, chain: ring.currentChainKey, now: clock.now)
  }

  /// What a validator works with over a log.
  func context(over log: any EventLog) -> ValidatorContext {
    var settings = ValidatorSettings()
    settings.plainIsAllowed = true
    settings.tickAfterSeconds = nil
    return ValidatorContext(
      log: log, directory: directory, isCommune: { _ in true }, keys: ring, clock: clock, snapshots: snapshots, index: index,
      attempts: attempts, monitor: monitor, settings: settings)
  }

  /// An audit of the logs as they stand.
  func audit() throws -> AuditReport {
    try LedgerAudit(log: kafka.makeLog(), keys: ring).run()
  }

  /// An establishment whose events belong on a partition.
  func establishment(on partition: Int) throws -> EstablishmentID {
    let ids = (1...1000).lazy.compactMap { try? EstablishmentID("HN-\($0)") }
    return try #require(ids.first { $0.withUTF8 { Partitioner.partition(of: $0, among: partitions) } == partition })
  }

  /// The bytes of an establishment's opening and of so many check-ins after it.
  func evening(at establishment: EstablishmentID, checkIns: Int) throws -> [[UInt8]] {
    let commune = try #require(CommuneCode("00004"))
    let details = EstablishmentDetails(name: "Inn", kind: .guestHouse, commune: commune, remote: false, rooms: 500, beds: 900)
    let opening = try encode(event(1, establishment, .establishmentOpened(details)), nil)
    let guest = GuestIdentity(
      fullName: "NGUYỄN THỊ MẪU", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female, documentKind: .chipCard,
      documentNumber: "001190000123")
    let now = clock.now
    return try [opening]
      + (0..<checkIns).map { number in
        let stay = StayDetails(
          guestKind: .citizen, nationality: .vietnam, room: "\(number)", arrival: LocalMoment(now),
          departure: LocalMoment(now.adding(days: 1)))
        return try encode(event(UInt64(number) + 2, establishment, .checkIn(stay)), guest)
      }
  }

  private func event(_ id: UInt64, _ establishment: EstablishmentID, _ body: StayEvent.Body) -> StayEvent {
    let now = clock.now
    return StayEvent(
      id: EventID(high: 0, low: id), establishment: establishment, happened: now, captured: now, received: now, channel: .api, body: body)
  }

  private func encode(_ event: StayEvent, _ identity: GuestIdentity?) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try WireEvent.encode(event, identity: identity.map { .plain($0) } ?? .none, into: &bytes)
    return bytes
  }
}

/// The machine's clock.
struct WallClock: PipelineClock {
  var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

/// A validator or a projection on a thread of its own, with a log of its own, until it is ended.
final class Running: Sendable {
  private let isStopped = Atomic(false)
  private let failure = Mutex<(any Error)?>(nil)
  private let ended = DispatchSemaphore(value: 0)

  /// Runs `step` until ``end()``; `make` makes it on the thread, `finish` gives back what it holds.
  private init(_ make: @escaping @Sendable () throws -> (step: () throws -> Void, finish: () -> Void)) {
    let thread = Thread { [self] in
      do {
        let (step, finish) = try make()
        defer { finish() }
        while !isStopped.load(ordering: .acquiring) {
          // What may pass is tried again, as a running node does.
          do { try step() } catch LogError.unavailable {}
        }
      } catch {
        failure.withLock { $0 = error }
      }
      ended.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// A validator in the group of the register's validators.
  static func validator(_ rig: ClusterRig, decided: Counter, _ change: @escaping @Sendable (inout KafkaLogConfiguration) -> Void = { _ in })
    -> Running
  {
    Running {
      let log = try rig.kafka.makeLog(change)
      let loop = try ValidatorLoop(context: rig.context(over: log), group: log.join(group: "validator", topic: .events))
      return (
        {
          _ = try loop.step(timeout: .milliseconds(20))
          decided.set(Int(loop.decidedEvents), partitions: loop.partitions.filter(\.isDeciding).map(\.partition))
        }, { loop.leave() }
      )
    }
  }

  /// A projection into a read model.
  static func projection(_ rig: ClusterRig, into model: MemoryReadModel) -> Running {
    Running {
      let loop = try ProjectionLoop(log: rig.kafka.makeLog(), model: model, clock: rig.clock, monitor: rig.monitor)
      return ({ _ = try loop.step(timeout: .milliseconds(20)) }, {})
    }
  }

  /// Ends the thread and throws what went wrong on it.
  func end() throws {
    isStopped.store(true, ordering: .releasing)
    ended.wait()
    ended.signal()
    if let failure = failure.withLock({ $0 }) { throw failure }
  }
}

/// What a validator on another thread has come to.
final class Counter: Sendable {
  private let state = Mutex<(events: Int, partitions: [Int])>((0, []))

  /// Events that it decided.
  var events: Int { state.withLock { $0.events } }
  /// The partitions that it decides now.
  var partitions: [Int] { state.withLock { $0.partitions } }

  func set(_ events: Int, partitions: [Int]) { state.withLock { $0 = (events, partitions) } }
}

/// kcat, a producer that shares no code with this package.
enum Kcat {
  /// Produces each value as a record of its own under one key, in order; nil is a tombstone.
  static func produce(_ values: [[UInt8]?], key: String, to topic: String, partition: Int, servers: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kcat-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // kcat sends a file as one record and an empty one not at all: records without bytes come as lines, and with -Z as tombstones.
    // A broker that is away or answers with an error is waited for (-E), in order.
    let base =
      ["-P", "-q", "-E", "-b", servers, "-t", topic, "-p", "\(partition)"]
      + ["message.max.bytes=3000000", "message.timeout.ms=60000", "retries=1000", "max.in.flight=1", "reconnect.backoff.max.ms=500"]
      .flatMap { ["-X", $0] }
    var files: [String] = []
    for (index, value) in values.enumerated() {
      let path = folder.appendingPathComponent("\(index)").path
      if let value, !value.isEmpty {
        try Data(value).write(to: URL(fileURLWithPath: path))
        files.append(path)
        continue
      }
      if !files.isEmpty { try run(base + ["-k", key] + files) }
      files = []
      try Data("\(key)|\n".utf8).write(to: URL(fileURLWithPath: path))
      try run(base + ["-K", "|"] + (value == nil ? ["-Z", "-l", path] : ["-l", path]))
    }
    if !files.isEmpty { try run(base + ["-k", key] + files) }
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["kcat"] + arguments
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "kcat failed; scripts/setup installs it")
  }
}
