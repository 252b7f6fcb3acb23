import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// A register in a simulated world: production code over a log, a clock and processes that the seed plays with.
final class World {
  let seed: UInt64
  let plan: WorldPlan
  let sealers: Sealers
  /// The keys, those too that ledgers come to later.
  let ring: MemoryKeyRing
  let clock: ManualClock
  let log: SimulatedLog
  let directory: MemoryDirectory
  let snapshots = WorldSnapshots()
  let index = MemoryIdIndex()
  let journal = MemoryAttemptJournal()
  let monitor = MemoryMonitor()
  let sabotage: Sabotage
  /// Every receipt that a reader wrote down, in order.
  let shown = Guarded<[ReceiptRow]>([])

  var random: SeededGenerator
  var workload: Workload
  var validators: [ValidatorActor] = []
  var readers: [ReaderActor] = []
  var coverage = Coverage()
  var trace: Trace
  /// Records that retention removed after they were decided, by partition.
  var archive: [Int: [SimulatedRecord]] = [:]
  /// The lowest offset of each partition that was ever lost with a tail.
  var losses: [TopicPartition: Int64] = [:]
  /// What the residents' directory said when.
  var residents = ResidentsOverTime()
  /// Up to where each partition of each topic was known to be on disk, by time.
  var marks: [(time: Instant, ends: [TopicPartition: Int64])] = []
  var crashes = 0
  /// Whether programs that begin now are of the next version, where there is one in this world.
  var isRolledOut = false
  /// What operators appended and may not have landed.
  let desk: SimulatedAppender
  /// The last decided source of each partition that a validator owned when its process ended by chance, by partition.
  var deathsByChance: [Int: [Int64]] = [:]
  private var names = 0
  let sender: Sender

  static let group = "validators"

  /// Makes a world; nothing has happened in it but that the ledger was begun and the establishments were opened.
  init(
    seed: UInt64, sealers: Sealers, sabotage: Sabotage = Sabotage(), isTraced: Bool = false, change: (inout WorldPlan) -> Void = { _ in }
  ) throws {
    self.seed = seed
    self.sabotage = sabotage
    self.sealers = sealers
    ring = sealers.ring.rotatingChainKey(times: 3)
    trace = Trace(isOn: isTraced)
    var random = SeededGenerator(seed: seed)
    var plan = WorldPlan(&random)
    change(&plan)
    self.plan = plan
    // Some days before the end of a month, so that months change in many worlds.
    clock = ManualClock(Instant(milliseconds: 1_774_000_000_000).adding(hours: Int64(random.below(240))))
    log = SimulatedLog(partitions: plan.partitions, clock: clock, delivery: .byHand)
    log.shortenFirstReads(to: plan.firstReadRecordsMax)
    directory = MemoryDirectory { ResidentsOverTime.findings(key: $0.key, version: $1) }
    workload = Workload(partitions: plan.partitions, plan: plan.workload, sealers: sealers, random: random.fork())
    self.random = random
    sender = Sender(log)
    desk = log.makeSimulatedAppender()
    try begin()
  }

  private func begin() throws {
    let ring = sealers.ring
    // Two processes begin the ledger at the same moment and do not hear of it; what the second one wrote may land at any time.
    for _ in 0..<2 {
      do throws(LogError) {
        _ = try GenesisWriter.begin(log: log, ledgerID: ring.ledgerID, chain: ring.currentChainKey, now: clock.now, within: .zero)
      } catch {
        guard case .unavailable = error else { throw error }
      }
    }
    log.land(next: plan.partitions)
    for record in workload.openings(at: clock.now) { sender.send(record) }
    readers = [ReaderActor(neverRestarts: true), ReaderActor()]
    for _ in 0..<plan.validators { try addValidator() }
    trace.add(plan.words)
  }

  /// The partitions of both topics.
  var places: [TopicPartition] {
    (0..<plan.partitions).flatMap { [TopicPartition(.events, $0), TopicPartition(.ledger, $0)] }
  }

  func has(_ fault: WorldPlan.Fault) -> Bool { plan.faults.contains(fault) }

  // MARK: What senders and processes do

  @discardableResult
  func addValidator() throws -> ValidatorActor {
    let actor = try ValidatorActor(names, world: self)
    names += 1
    validators.append(actor)
    trace.add("validator \(actor.name) begins as member \(actor.member.number)")
    return actor
  }

  /// Ends a process in disorder: what it has in flight may still land.
  func crash(_ actor: ValidatorActor) {
    crashes += 1
    let isKilledByGuest = actor.power.isCut && !actor.isDoomed
    if !isKilledByGuest {
      for status in actor.loop.partitions {
        deathsByChance[status.partition, default: []].append(SourceNumber(status.position.source).offset)
      }
    }
    if !actor.loop.restoring.isEmpty { coverage.note(.restoringGivenUp) }
    trace.add("validator \(actor.name) ends")
    validators.removeAll { $0 === actor }
  }

  /// Steps a validator; errors that may pass are left to its next step, and a process without power is gone afterwards.
  func step(_ actor: ValidatorActor) {
    let restoring = Set(actor.loop.restoring.keys)
    do {
      let count = try actor.loop.step(timeout: .zero)
      trace.add(
        "validator \(actor.name) steps: \(count) \(actor.loop.partitions.map { "\($0.partition):\($0.position.offset)/\($0.position.source)\($0.isDeciding ? "" : "!")" })\(actor.loop.isResealing ? " sealing anew" : "")"
      )
    } catch {
      trace.add("validator \(actor.name) steps: \(error)")
    }
    for partition in restoring {
      guard let status = actor.loop.partitions.first(where: { $0.partition == partition }) else {
        coverage.note(.restoringGivenUp)
        continue
      }
      if status.isDeciding { coverage.note(.restoredInSlices) }
    }
    if actor.power.isCut {
      coverage.note(.crashedInStep)
      crash(actor)
    }
    hear()
  }

  func step(_ reader: ReaderActor) {
    let result = reader.step(self)
    let silent = reader.silentPartitions.sorted()
    if !silent.isEmpty, let count = try? result.get(), count > 0 { coverage.note(.foldedBesideSilent) }
    trace.add(
      "reader \(reader.neverRestarts ? "steady" : "restarting") steps: \(result) \(reader.stand.sorted { $0.key < $1.key }.map { "\($0):\($1.offset)/\($1.source)" })\(silent.isEmpty ? "" : " silent \(silent)")"
    )
    hear()
  }

  /// Takes the alarms that were raised since the last time.
  private func hear() {
    let alarms = monitor.alarms
    guard !alarms.isEmpty else { return }
    monitor.clear()
    for alarm in alarms {
      trace.add("  alarm \(alarm)")
      heard.append(alarm)
      coverage.note(alarm)
    }
  }

  /// Every alarm of the world.
  private(set) var heard: [PipelineAlarm] = []
}

extension Coverage {
  mutating func note(_ alarm: PipelineAlarm) {
    switch alarm {
    case .ledgerTailLost: note(.alarmLedgerTailLost)
    case .eventsTailLost: note(.alarmEventsTailLost)
    case .eventsMissing: note(.alarmMissing)
    case .deposed: note(.alarmDeposed)
    case .clockBehind: note(.alarmClockBehind)
    case .appendFailed: note(.alarmAppendFailed)
    case .poisoned: note(.alarmPoisoned)
    case .snapshotFailed: note(.alarmSnapshotFailed)
    case .readFailed: note(.alarmReadFailed)
    case .laterVersion: note(.alarmLaterVersion)
    case .eventsExpired, .unknownEntry, .chainKeyMissing, .genesisRefused, .resealFailed, .undecidedForLong: break
    }
  }
}

/// The last things that happened in a world.
struct Trace {
  let isOn: Bool
  private(set) var lines: [String] = []

  init(isOn: Bool) { self.isOn = isOn }

  mutating func add(_ line: @autoclosure () -> String) {
    if isOn { lines.append(line()) }
  }
}
