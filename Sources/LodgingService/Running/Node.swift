import LodgingGateway
import LodgingPipeline
import LodgingStore
package import LodgingWire
package import Logging
import ServiceLifecycle
import UnixSignals

/// One running node: the loops of its role, each on a thread of its own, and HTTP.
package struct Node: Sendable {
  private let settings: NodeSettings
  private let logger: Logger
  private let version: LedgerVersion

  /// Makes a node; nothing is opened yet.
  ///
  /// `version` is the newest version of the ledger that the program knows: this one's own, except where tests play the next program.
  package init(_ settings: NodeSettings, logger: Logger, version: LedgerVersion = .newest) {
    self.settings = settings
    self.logger = logger
    self.version = version
  }

  /// Runs until SIGTERM or SIGINT, or until a part of it fails for good.
  ///
  /// What was acknowledged is on the disk at every moment, so a node that is killed loses nothing; one that ends in order also gives its
  /// partitions back at once.
  ///
  /// - Parameters:
  ///   - onListening: Called once with the port, when HTTP is served.
  ///   - onEnding: Called when the node was asked to end.
  /// - Throws: ``ServiceError`` and what the register's parts throw where the node cannot begin; ``GatewayError`` where it cannot listen.
  package func run(onListening: @escaping @Sendable (Int) -> Void, onEnding: @escaping @Sendable () -> Void) async throws {
    let status = NodeStatus(role: settings.role, lagSecondsMax: settings.lagSecondsMax, publishes: settings.publishes)
    let metrics = NodeMetrics(role: settings.role.rawValue, log: settings.log.name)
    let progress = FoldProgress()
    let book = try settings.chainsFile.map { try ChainBook(path: $0, logger: logger) }
    let connections = ConnectionMeters(metrics.registry)
    let loops = Loops(status: status, metrics: metrics, progress: progress, logger: logger, connections: connections, book: book)
    let register =
      settings.role.opensRegister
      ? try await NodeRegister.open(settings, logger: logger, version: version, observer: connections.note) : nil
    var threads = try register.map { try self.threads($0, loops) } ?? []
    if let book {
      let log: RegisterLog
      if let register {
        log = register.log
      } else {
        log = try await NodeRegister.openLog(settings, logger: logger, observer: connections.note)
      }
      threads += ingress(log, book, loops)
    }
    let serving = settings.role.serves ? register : nil
    let access = serving.map { AccessBook(hasher: $0.keys.accessHasher, clock: $0.clock) }
    if let access, let serving { threads.append(following(access, serving.log, loops)) }
    let gateway = Gateway(
      settings: settings.gateway, queries: serving.map(RegisterDesk.init), access: access, fold: settings.role.folds ? progress : nil,
      health: status, metrics: metrics.registry, logger: logger, onListening: onListening)
    let notice = EndingNotice {
      status.end()
      progress.close()
      onEnding()
    }
    // The last one ends first.
    let services =
      threads.map { Part(service: $0, serviceName: $0.name) } + [
        Part(service: gateway, serviceName: "gateway"), Part(service: notice, serviceName: "ending"),
      ]
    try await ServiceGroup(
      configuration: ServiceGroupConfiguration(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    ).run()
  }

  private func following(_ access: AccessBook, _ log: RegisterLog, _ loops: Loops) -> ThreadService {
    var keeper = loops.keeper("access")
    // Where no key is needed, a topic that cannot be read keeps nobody from asking.
    keeper.isVital = settings.gateway.demandsKeys
    let runner = FollowRunner(subject: .access, keeper: keeper) { try access.follow(log) }
    return ThreadService("access") { runner.run(until: $0) }
  }

  private func ingress(_ log: RegisterLog, _ book: ChainBook, _ loops: Loops) -> [ThreadService] {
    book.chains.map { chain in
      let name = "ingress-\(chain)"
      let runner = IngressRunner(chain: chain, log: log, book: book, monitor: loops.monitor, keeper: loops.keeper(name), watch: loops.watch)
      return ThreadService(name) { runner.run(until: $0) }
    }
  }

  private func threads(_ register: Register, _ loops: Loops) throws -> [ThreadService] {
    let (owned, stopped) = (OwnedPartitions(), StoppedPartitions())
    var services: [ThreadService] = []
    if settings.role.folds {
      let runner = FoldRunner(
        register: register, monitor: loops.monitor, progress: loops.progress, keeper: loops.keeper("projections"),
        publishing: settings.publishes ? loops.keeper("publisher") : nil)
      services.append(ThreadService("projections") { runner.run(until: $0) })
      let notices = FollowRunner(subject: .notices, keeper: loops.keeper("notices")) { try register.notices.follow(register.log) }
      services.append(ThreadService("notices") { notices.run(until: $0) })
    }
    if settings.role.decides {
      var validator = ValidatorSettings()
      validator.plainIsAllowed = settings.isSandbox
      (validator.snapshotEntries, validator.snapshotAgeMinSeconds) = (settings.snapshotEntries, settings.snapshotAgeSeconds)
      for thread in 0..<settings.validatorThreads {
        let runner = ValidatorRunner(
          context: try register.validatorContext(validator, monitor: loops.monitor), directory: register.directory, thread: thread,
          keeper: loops.keeper("validator-\(thread)"), owned: owned, stopped: stopped, operators: loops.operators)
        services.append(ThreadService("validator-\(thread)") { runner.run(until: $0) })
      }
      if let feed = try register.makeIdIndexFeed() {
        tellSnapshotsAreOwn()
        let runner = IdIndexRunner(feed: feed, keeper: loops.keeper("id-index"))
        services.append(ThreadService("id-index") { runner.run(until: $0) })
      }
    }
    let sampler = LagSampler(
      log: register.log, clock: register.clock, progress: settings.role.folds ? loops.progress : nil, owned: owned, status: loops.status,
      monitor: loops.monitor, retentionSeconds: settings.eventsRetentionSeconds)
    let sampling = SampleRunner(
      sampler: sampler, directory: register.directory, folds: settings.role.folds, interval: .seconds(settings.sampleSeconds),
      keeper: loops.keeper("sampler"))
    services.append(ThreadService("sampler") { sampling.run(until: $0) })
    let housekeeping = HousekeepingRunner(
      register: register, owned: owned, progress: loops.progress, keeper: loops.keeper("housekeeping"), watch: loops.watch,
      decides: settings.role.decides)
    services.append(ThreadService("housekeeping") { housekeeping.run(until: $0) })
    return services
  }
}

extension Node {
  /// Says once what it means that no other machine finds this node's snapshots.
  private func tellSnapshotsAreOwn() {
    guard settings.folder.snapshotsFolder == nil else { return }
    logger.notice(
      """
      snapshots lie in this node's own folder: who takes a partition over on another machine folds it from genesis; name a folder that all \
      nodes reach with snapshots.folder
      """,
      metadata: ["snapshots": "\(settings.folder.snapshots)"])
  }
}

/// What all loops of a node share.
private struct Loops {
  let status: NodeStatus
  let metrics: NodeMetrics
  let progress: FoldProgress
  let logger: Logger
  /// What operators read of alarms.
  let operators: OperatorMonitor
  let monitor: CountingMonitor
  let watch: NodeWatch

  init(
    status: NodeStatus, metrics: NodeMetrics, progress: FoldProgress, logger: Logger, connections: ConnectionMeters, book: ChainBook?
  ) {
    self.status = status
    self.metrics = metrics
    self.progress = progress
    self.logger = logger
    operators = OperatorMonitor(logger: logger)
    monitor = CountingMonitor(metrics: metrics, next: operators)
    watch = NodeWatch(
      monitor: operators, teller: ConditionTeller(status: status, logger: logger), connections: connections, book: book)
  }

  /// Keeps a loop going.
  func keeper(_ name: String) -> LoopKeeper { LoopKeeper(name: name, status: status, metrics: metrics, logger: logger) }
}

private typealias Part = ServiceGroupConfiguration.ServiceConfiguration

/// Tells that the node was asked to end.
private struct EndingNotice: Service {
  let notice: @Sendable () -> Void

  func run() async throws {
    // Cancelled where another service failed: the node ends then too.
    try? await gracefulShutdown()
    notice()
  }
}

extension NodeLog {
  /// The name in metrics.
  fileprivate var name: String {
    switch self {
    case .embedded: "embedded"
    case .kafka: "kafka"
    }
  }
}
