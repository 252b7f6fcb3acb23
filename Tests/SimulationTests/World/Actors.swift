import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// A process with a validator in it.
final class ValidatorActor {
  let name: Int
  let power = SimulatedPower()
  let member: PoweredMember
  let loop: ValidatorLoop
  let version: LedgerVersion
  var isAsleep = false
  /// Whether the world may cut its power in the middle of a step; without that, only a guest whom nobody survives ends it there.
  private(set) var isDoomed = false

  init(_ name: Int, world: World) throws {
    self.name = name
    let parts = world.sabotage
    version = world.versionOfNewcomers
    var settings = world.plan.settings
    parts.settings(&settings)
    member = PoweredMember(try world.log.joinSimulated(group: World.group, topic: .events), power: power)
    loop = try ValidatorLoop(
      context: ValidatorContext(
        log: parts.validatorLog(PoweredLog(world.log, power: power), world.log),
        directory: PoweredDirectory(parts.directory(world.directory), power: power, deadlyKey: world.sealers.deadlyKey),
        isCommune: { _ in true }, keys: world.ring, clock: world.clock,
        snapshots: PoweredSnapshots(parts.snapshots(world.snapshots), power: power),
        index: PoweredIndex(parts.index(world.index), power: power), attempts: PoweredJournal(world.journal, power: power),
        monitor: world.monitor, settings: settings, version: version),
      group: member)
  }
}

extension ValidatorActor {
  /// Cuts the power after so many more calls.
  func doom(after calls: Int) {
    isDoomed = true
    power.cut(after: calls)
  }

  /// Takes back what has not come to pass.
  func spare() {
    isDoomed = false
    power.cut(after: .max)
  }
}

/// A process with a projection in it; the read model outlives the process.
final class ReaderActor {
  let model = MemoryReadModel()
  /// Whether the process goes on from the beginning of the world to its end, whatever it hears.
  let neverRestarts: Bool
  /// Whether it begins when all is over, to compare the others with it.
  let isFresh: Bool
  private(set) var power = SimulatedPower()
  /// The version of the program that is running.
  private(set) var version: LedgerVersion?
  private var loop: ProjectionLoop?

  init(neverRestarts: Bool = false, isFresh: Bool = false) {
    self.neverRestarts = neverRestarts
    self.isFresh = isFresh
  }

  /// Steps the loop, beginning it where there is none, and returns how many entries counted; an error is left to the next step.
  func step(_ world: World) -> Result<Int, any Error> {
    defer { if power.isCut { drop() } }
    return Result {
      if loop == nil {
        power = SimulatedPower()
        version = neverRestarts || isFresh ? world.newestVersion : world.versionOfNewcomers
      }
      let loop =
        try self.loop
        ?? ProjectionLoop(
          log: isFresh
            ? world.log
            : WaitingLog(world.sabotage.readerLog(PoweredLog(world.log, power: power), world.log), clock: world.clock),
          model: PoweredModel(isFresh ? model : WatchedModel(world.sabotage.readModel(model), shown: world.shown), power: power),
          clock: world.clock, monitor: world.monitor, version: version ?? world.newestVersion)
      self.loop = loop
      return try loop.step(timeout: .zero)
    }
  }

  /// Where the read model stands, for the trace.
  var stand: [Int: ChainPosition] { model.contents.positions.mapValues(\.position) }

  /// Partitions about which the log did not answer.
  var silentPartitions: Set<Int> { loop?.silentPartitions ?? [] }

  /// Whether it has read everything.
  var isAtEnd: Bool { loop.map { $0.isCaughtUp && $0.silentPartitions.isEmpty } ?? false }

  /// Ends the process.
  func drop() { loop = nil }
}

/// A read model of which every receipt that was ever written is remembered, as if somebody had asked for it.
struct WatchedModel: ReadModel {
  let model: any ReadModel
  let shown: Guarded<[ReceiptRow]>

  init(_ model: any ReadModel, shown: Guarded<[ReceiptRow]>) {
    self.model = model
    self.shown = shown
  }

  func positions() throws -> [Int: ProjectionPosition] { try model.positions() }

  func commit(_ batch: ProjectionBatch) throws {
    try model.commit(batch)
    shown.with { $0 += batch.receipts }
  }

  func reset() throws { try model.reset() }
}
