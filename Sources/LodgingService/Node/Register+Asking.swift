package import LodgingPipeline
package import Logging

extension Register {
  /// Opens the register of a folder for a question.
  ///
  /// On a cluster the folder's read model is a fold of its own: it is brought up to where the ledger ends now, which is everything that was
  /// decided before the question. Where another process folds into the folder, or nothing can be written there, what is there answers;
  /// ``Freshness`` says how far that is. On the embedded log whoever writes folds, and nothing changes here.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - choice: The log.
  ///   - clock: The clock.
  ///   - logger: Takes alarms.
  ///   - isRecorded: Whether the question itself is written down, as the opening of identities is.
  ///   - progress: Told how many entries of so many are folded.
  /// - Returns: The register.
  /// - Throws: What ``init(_:log:clock:logger:for:looking:)`` and folding throw.
  package static func toAsk(
    _ folder: DataFolder, log choice: LogChoice, clock: any PipelineClock, logger: Logger, isRecorded: Bool = false,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Register {
    func open(for purpose: Purpose) throws -> Register {
      try Register(folder, log: choice, clock: clock, logger: logger, for: isRecorded ? .writing : purpose)
    }
    guard case .kafka = choice, (try? folder.checkWritable()) != nil else { return try open(for: .reading) }
    let register = try open(for: .asking)
    try register.foldToEnds(progress)
    return register
  }

  /// Holds the stays of an embedded log against the notices and under the keys that there are now, where no other process folds.
  func foldNotices() throws {
    guard log.isEmbedded else { return }
    let folding = log.joinFolding()
    defer { folding.leave() }
    guard case .assigned = try folding.poll(timeout: .zero) else { return }
    let loop = try makeProjectionLoop()
    while loop.hasNewNotices { _ = try loop.step(timeout: .zero) }
  }

  /// How long nothing of the ledger may come before what is folded answers.
  private static let silenceMax = Duration.seconds(10)
  /// How long a step waits for entries.
  private static let patience = Duration.milliseconds(20)

  /// Folds up to where each partition of the ledger ends now, where no other process folds into this folder.
  private func foldToEnds(_ progress: (_ done: Int, _ total: Int) -> Void) throws {
    let folding = log.joinFolding()
    defer { folding.leave() }
    guard case .assigned = try folding.poll(timeout: .zero) else { return }
    defer { monitor.tell() }
    let ends = try (0..<log.partitionCount).map { try log.end(of: TopicPartition(.ledger, $0)) }
    let total = Int(ends.reduce(0, +))
    let loop = try makeProjectionLoop()
    var quietSince = ContinuousClock.now
    while ContinuousClock.now - quietSince < Self.silenceMax {
      let next = loop.nextOffsets
      let open = ends.indices.filter { !loop.stoppedPartitions.contains($0) && next[$0, default: 0] < ends[$0] }
      guard !open.isEmpty || loop.hasNewNotices else { return }
      if try loop.step(timeout: Self.patience) > 0 { quietSince = .now }
      progress(Int(loop.nextOffsets.values.reduce(0, +)), total)
    }
  }
}
