import LodgingDomain
import LodgingPipeline
import LodgingStore
import Logging

/// Publishes what is folded, between two steps of the fold and on its thread.
///
/// What fails here is told and tried again and never stops the fold.
struct PublishRunner {
  private let register: Register
  private let keeper: LoopKeeper
  private let source: RegisterPublication
  private var publisher: Publisher?
  private var meters: PublisherMeters
  private var failures = 0
  private var pauseEnd: ContinuousClock.Instant?
  private var isSilent = false

  /// Begins to note what is committed.
  init(_ register: Register, keeper: LoopKeeper) {
    self.register = register
    self.keeper = keeper
    source = RegisterPublication(register.store)
    meters = PublisherMeters(keeper.metrics.registry)
  }

  /// Whether there is more to do at once.
  private(set) var isBusy = false

  /// Publishes what there is, after a step of the fold.
  mutating func step(after loop: ProjectionLoop) {
    if let pauseEnd, ContinuousClock.now < pauseEnd { return }
    pauseEnd = nil
    do {
      let publisher = try publisher ?? makePublisher()
      self.publisher = publisher
      defer { tell(publisher.figures) }
      try publisher.step(next: loop.nextOffsets, isCaughtUp: loop.isCaughtUp, silent: loop.silentPartitions)
      failures = 0
      tellSilence(publisher.silentPlaces)
      keeper.status.works(keeper.name)
    } catch {
      keeper.failed(error, failures: failures)
      failures += 1
      pauseEnd = .now + LoopKeeper.pause
      isBusy = false
      // An appender that cannot be used any more is replaced with its publisher.
      if case LogError.fatal? = error as? LogError { publisher = nil }
    }
  }

  /// Notes no more.
  func end() { source.end() }

  private mutating func makePublisher() throws -> Publisher {
    meters.begins()
    let catalogue = register.catalogue
    return try Publisher(
      log: register.log, source: source, clock: register.clock, province: { catalogue.commune($0)?.province })
  }

  private mutating func tell(_ figures: PublisherFigures) {
    meters.note(figures)
    keeper.status.publishes(figures)
    isBusy = figures.pending > figures.heldBack || (!figures.hasCompared && figures.heldBack == 0)
  }

  /// Says once that partitions do not answer, and once that all do again.
  private mutating func tellSilence(_ places: [TopicPartition: String]) {
    guard places.isEmpty == isSilent else { return }
    isSilent.toggle()
    if let (place, reason) = places.first {
      keeper.logger.warning(
        "\(keeper.name): \(place): \(reason); the other partitions are published meanwhile", metadata: ["loop": "\(keeper.name)"])
    } else {
      keeper.logger.info("\(keeper.name): all partitions answer again", metadata: ["loop": "\(keeper.name)"])
    }
  }
}
