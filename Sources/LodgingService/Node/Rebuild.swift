package import LodgingPipeline
import LodgingStore
package import Logging

/// Folds the ledger anew and puts the result in the read model's place.
package enum Rebuild {
  /// Rebuilds the read model of a folder and returns how many events of stays it holds.
  ///
  /// Only the ledger is read: nothing is decided, and ledger time stays where it is. It is folded beside the read model, which answers
  /// meanwhile and is replaced at the end as a whole: whoever reads sees the one or the other. What an interrupted rebuild left is removed
  /// by the next one. The disk needs room for both, and as much again while the one replaces the other.
  ///
  /// Throws ``ServiceError/noRegister(_:)`` where there is no register, ``ServiceError/logLost(_:)`` where its log is gone,
  /// ``ServiceError/keysMissing(_:)`` where it has no keys, ``ServiceError/registerInUse(_:)`` while another process folds, and what log and
  /// store throw; the read model is left as it was then.
  package static func run(_ folder: DataFolder, log choice: LogChoice = .embedded, clock: any PipelineClock, logger: Logger) throws -> Int {
    guard try folder.holds(choice) else { throw folder.missing(choice) }
    try folder.checkKeys()
    try folder.checkWritable()
    let folding = FolderGroup.join("projections", in: folder.path, partitions: 1)
    guard case .assigned = try folding.poll(timeout: .zero) else { throw ServiceError.registerInUse(folder.path) }
    defer { folding.leave() }
    let log = try RegisterLog(choice, folder: folder, clock: clock, isReadOnly: true)
    do {
      let draft = try RegisterStore.makeDraft(directory: folder.path, catalogue: try UnitFiles.catalogue())
      // A log of one machine that was made before there were notices has none; a cluster that says so has just come up.
      let hasNotices = try !log.isEmbedded || log.has(NoticeBook.place.topic)
      let notices = hasNotices ? NoticeBook(of: try FileKeyRing(reading: folder.keys)) : nil
      let loop = try ProjectionLoop(
        log: log, model: draft, clock: clock, monitor: OperatorMonitor(logger: logger), notices: notices, background: SerialWork())
      try loop.foldToEnd()
      let events = try draft.read { try $0.totals() }.events
      try RegisterStore.putInForce(draft, directory: folder.path)
      return events
    } catch {
      // It takes the room that a full disk needs; what cannot be removed now is removed by the next rebuild.
      try? RegisterStore.removeDraft(directory: folder.path)
      throw error
    }
  }
}
