import LodgingPipeline
import LodgingStore

/// What has to be done now and then beside the loops, on a thread of its own: taking over what other processes changed, telling what cannot
/// be taken over, reading in the residents' keys, removing events that were decided long ago, copying the read model.
struct HousekeepingRunner {
  let register: Register
  let owned: OwnedPartitions
  let progress: FoldProgress
  let keeper: LoopKeeper
  let watch: NodeWatch
  /// Whether the node is to decide.
  let decides: Bool

  /// How often keys and residents are looked at; the validator's own loop looks too.
  private static let glance = Duration.milliseconds(500)
  /// How often the rest is.
  private static let pause = Duration.seconds(60)
  /// How long one removal may take.
  private static let trimBudget = Duration.milliseconds(200)

  func run(until stop: StopSignal) {
    var due = ContinuousClock.now + Self.pause
    keeper.keep(until: stop) {
      let retention = try register.log.isEmbedded ? EventRetention(register) : nil
      while !stop.isSet {
        register.follow()
        tellConditions()
        // A part each time, so that nothing else here waits for all of them.
        if decides { _ = register.directory.warmNext() }
        if due <= ContinuousClock.now {
          due = ContinuousClock.now + Self.pause
          try tend(retention)
        }
        keeper.status.works(keeper.name)
        stop.wait(atMost: Self.glance)
      }
    }
  }

  private func tellConditions() {
    watch.look()
    let teller = watch.teller
    let keyTrouble = register.keyTrouble
    teller.tell(.keysUnreadable, keyTrouble != nil, why: keyTrouble)
    guard decides else { return }
    let standing = register.directory.standing
    teller.tell(.residentsMissing, standing == .missing, why: register.folder.directory)
    if case .lacking(let loads) = standing {
      teller.tell(.residentsOlder, true, why: "\(register.folder.directory) lacks \(loads) of them")
    } else {
      teller.tell(.residentsOlder, false)
    }
  }

  /// Only who decides removes events, and on a cluster the topics do; only who folds copies the read model.
  private func tend(_ retention: EventRetention?) throws {
    if !owned.sources.isEmpty { try retention?.applyIfDue(budget: Self.trimBudget) }
    let now = register.clock.now
    if progress.isFolding, try register.store.isCopyDue(at: now) { try register.store.makeCopy(at: now) }
  }
}
