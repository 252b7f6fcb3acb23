import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingTesting
import LodgingWire
import Testing

@Suite("Measuring how far behind a node is")
struct LagSamplerTests {
  private let clock = ManualClock()
  private let log: SimulatedLog
  private let monitor = MemoryMonitor()
  private let progress = FoldProgress()
  private let owned = OwnedPartitions()
  private let status = NodeStatus(role: .gateway, lagSecondsMax: 60)
  private let chains: [Digest128]

  init() throws {
    log = SimulatedLog(partitions: 2, clock: clock)
    let ring = MemoryKeyRing(seed: 7, first: try #require(KeyMonth("2025-12")), count: 12)
    _ = try GenesisWriter.begin(log: log, ledgerID: ring.ledgerID, chain: ring.currentChainKey, now: clock.now)
    let log = log
    chains = try (0..<2).map { partition in
      try #require(try log.fetch(TopicPartition(.ledger, partition), at: 0) { $0.chainValue } ?? nil)
    }
  }

  private func sampler(retention: Int64? = nil, folds: Bool = true) -> LagSampler {
    LagSampler(
      log: log, clock: clock, progress: folds ? progress : nil, owned: owned, status: status, monitor: monitor, retentionSeconds: retention)
  }

  private func append(_ count: Int, to place: TopicPartition, value: [UInt8] = [1]) throws {
    let appender = try log.makeAppender()
    try appender.submit(Array(repeating: NewRecord(key: [], value: value), count: count), to: place, tag: 1)
    log.land()
    _ = try appender.acknowledgements(timeout: .zero)
  }

  /// The read model stands at both genesis entries.
  private func foldGenesis() {
    progress.move(
      to: RegisterVersion(
        positions: Dictionary(uniqueKeysWithValues: chains.enumerated().map { ($0, ChainPosition(offset: 0, chain: $1, source: -1)) }),
        asOf: clock.now))
  }

  @Test("Before anything is folded the node is not ready and says how much there is")
  func empty() throws {
    let samples = try sampler().sample().samples
    #expect(samples.map(\.unfolded?.records) == [1, 1])
    let report = status.report()
    #expect(report.reasons.map(\.code) == ["folding"] && !report.mayServe)
    #expect(report.folding == HealthReport.Folding(entries: 0, of: 2, partitionsBehind: 2, asOf: nil))
  }

  @Test("A partition whose log does not answer has no figures and counts as behind; the others are measured")
  func silentPartition() throws {
    log.setUnreachable([TopicPartition(.ledger, 0)])
    let samples = try sampler().sample().samples
    #expect(samples.map(\.unfolded?.records) == [nil, 1])
    #expect(status.report().folding?.partitionsBehind == 2)
    log.setUnreachable([])
    #expect(try sampler().sample().samples.map(\.unfolded?.records) == [1, 1])
  }

  @Test("A partition whose events do not answer is measured by its ledger, and keeps no node from being ready")
  func silentEvents() throws {
    foldGenesis()
    log.setUnreachable([TopicPartition(.events, 1)])
    let samples = try sampler().sample().samples
    #expect(samples.map(\.unfolded?.records) == [0, 0] && samples.map { $0.events == nil } == [false, true])
    #expect(status.report().folding?.partitionsBehind == 0 && status.hasCaughtUp)
  }

  @Test("Once everything is folded the node is ready, and stays so while it lags a little; far behind it is not")
  func catchingUp() throws {
    foldGenesis()
    _ = try sampler().sample()
    #expect(status.report().isReady && status.report().mayServe)
    // An entry that counts: its first field is the chain value before it, its second its own.
    var value: [UInt8] = [0x0A, 16]
    chains[1].withBytes { value.append(contentsOf: $0) }
    try append(1, to: TopicPartition(.ledger, 1), value: value + [0x12, 16] + Array(repeating: 0, count: 40))
    clock.advance(milliseconds: 59_000)
    let lag = try #require(try sampler().sample().samples[1].unfolded)
    #expect(lag.records == 1 && lag.seconds == 59)
    #expect(status.report().isReady && status.report().folding?.partitionsBehind == 1)
    clock.advance(milliseconds: 2000)
    _ = try sampler().sample()
    #expect(status.report().reasons.map(\.code) == ["behind"] && status.report().mayServe)
  }

  @Test("Where events never stop, a node is ready once it holds all that there was when it was measured first")
  func constantLoad() throws {
    _ = try sampler().sample()
    var value: [UInt8] = [0x0A, 16]
    chains[1].withBytes { value.append(contentsOf: $0) }
    try append(1, to: TopicPartition(.ledger, 1), value: value + [0x12, 16] + Array(repeating: 0, count: 40))
    _ = try sampler().sample()
    #expect(status.report().reasons.map(\.code) == ["folding"])
    foldGenesis()
    _ = try sampler().sample()
    #expect(status.report().isReady && status.report().folding?.partitionsBehind == 1)
  }

  @Test("Entries that do not count are nothing to be behind of")
  func ignored() throws {
    foldGenesis()
    try append(3, to: TopicPartition(.ledger, 0))
    let samples = try sampler().sample().samples
    #expect(samples.map(\.unfolded) == [Lag(), Lag()])
    #expect(status.report().isReady)
  }

  @Test("Undecided events are counted with their age, by whoever decides and by whoever has folded everything")
  func undecided() throws {
    try append(4, to: TopicPartition(.events, 0))
    clock.advance(milliseconds: 5000)
    #expect(try sampler(folds: false).sample().samples.map(\.undecided) == [nil, nil])
    foldGenesis()
    #expect(try sampler().sample().samples.map(\.undecided) == [Lag(records: 4, seconds: 5), Lag()])
    let position = ChainPosition(offset: 2, chain: .zero, source: 1)
    owned.set([PartitionStatus(partition: 0, position: position, now: clock.now, standing: .deciding, inFlight: 0)], thread: 0)
    #expect(try sampler(folds: false).sample().samples.map(\.undecided) == [Lag(records: 2, seconds: 5), nil])
  }

  @Test("An event that waits for a quarter of the retention raises an alarm, long before it would be lost")
  func alarm() throws {
    foldGenesis()
    try append(1, to: TopicPartition(.events, 1))
    clock.advance(milliseconds: 249_000)
    #expect(try sampler(retention: 1000).sample().retentionShare == 0.249)
    #expect(monitor.alarms.isEmpty)
    clock.advance(milliseconds: 1000)
    #expect(try sampler(retention: 1000).sample().retentionShare == 0.25)
    #expect(monitor.alarms == [.undecidedForLong(partition: 1, seconds: 250, retentionSeconds: 1000)])
    #expect(try sampler().sample().retentionShare == 0)
  }

  @Test("A failing loop, a stopped partition and the end of the node are told")
  func troubles() throws {
    foldGenesis()
    let all = NodeStatus(role: .all, lagSecondsMax: 60)
    all.folds(HealthReport.Folding(entries: 2, of: 2, partitionsBehind: 0, asOf: nil), lagSeconds: 0, ends: [1, 1], behind: [0, 0])
    #expect(all.report().isReady)
    all.fails("validator", "no")
    #expect(all.report().reasons.map(\.code) == ["validator-failing"])
    all.works("validator")
    all.decides(HealthReport.Deciding(owned: 2, deciding: 1, stopped: 1), thread: 0)
    all.decides(HealthReport.Deciding(owned: 1, deciding: 1, stopped: 0), thread: 1)
    #expect(all.report().isReady && all.report().warnings.map(\.code) == ["partition-stopped"])
    #expect(all.report().deciding == HealthReport.Deciding(owned: 3, deciding: 2, stopped: 1))
    all.end()
    #expect(all.report().reasons.map(\.code) == ["ending"] && !all.report().mayServe)
  }

  @Test("A node that decides and owns no partition is ready and says so, where nothing else keeps it from working")
  func reserve() throws {
    let validator = NodeStatus(role: .validator, lagSecondsMax: 60)
    #expect(validator.report().isReady && validator.report().warnings.map(\.code) == ["no-partition"])
    validator.decides(HealthReport.Deciding(owned: 0, deciding: 0, stopped: 0), thread: 0)
    let warning = try #require(validator.report().warnings.first)
    #expect(warning.code == "no-partition" && warning.text.contains("more validator threads than partitions"))
    // What keeps it from having any is said instead.
    _ = validator.stands(.residentsMissing, true)
    #expect(validator.report().reasons.map(\.code) == ["residents-missing"] && validator.report().warnings.isEmpty)
    _ = validator.stands(.residentsMissing, false)
    validator.decides(HealthReport.Deciding(owned: 1, deciding: 0, stopped: 0), thread: 1)
    #expect(validator.report().isReady && validator.report().warnings.isEmpty)
    let gateway = NodeStatus(role: .gateway, lagSecondsMax: 60)
    #expect(gateway.report().warnings.isEmpty)
  }
}
