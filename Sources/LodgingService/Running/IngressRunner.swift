import LodgingPipeline

/// Moves one chain's events over on a thread of its own, for as long as the node lives.
struct IngressRunner {
  let chain: String
  let log: RegisterLog
  let book: ChainBook
  let monitor: any PipelineMonitor
  let keeper: LoopKeeper
  let watch: NodeWatch

  /// How long a step waits for records; the longest that the end of the node waits for the loop to look.
  private static let patience = Duration.milliseconds(200)
  /// How often is asked how many records wait.
  private static let sampleInterval = Duration.seconds(5)

  /// Tells how the chain's partitions fare; one that does not answer ends nothing.
  private func tell(_ failing: [Int: String]) {
    guard let first = failing.min(by: { $0.key < $1.key }) else { return keeper.status.works(keeper.name) }
    keeper.status.fails(keeper.name, "\(failing.count) of its partitions cannot be moved over, such as \(first.key): \(first.value)")
  }

  func run(until stop: StopSignal) {
    var meters = IngressMeters(keeper.metrics.registry, chain: chain)
    let context = IngressContext(
      chain: chain, partitions: log.partitionCount, log: log, establishments: { [book, chain] in book.establishments(of: chain) },
      // A text, two numbers and a time can always be written.
      describe: { (try? JSONText.bytes(of: RefusalOutput($0))) ?? [] }, monitor: monitor)
    keeper.keep(until: stop) {
      let loop = try IngressLoop(context: context, group: log.join(group: "ingress.\(chain)", topic: .ingress(of: chain)))
      defer { loop.leave() }
      meters.begins()
      var due = ContinuousClock.now
      while !stop.isSet {
        _ = try loop.step(timeout: Self.patience)
        meters.note(loop)
        if due <= .now {
          due = .now + Self.sampleInterval
          meters.show(lag: try loop.lag())
        }
        tell(loop.failing)
        watch.look()
      }
    }
  }
}
