package import LodgingPipeline
import LodgingStore
package import Logging

/// Throws the read model away and folds the ledger anew.
package enum Rebuild {
  /// Rebuilds the read model of a folder and returns how many events of stays it holds.
  ///
  /// Only the ledger is read: nothing is decided, and ledger time stays where it is.
  ///
  /// Throws ``ServiceError/noRegister(_:)`` where there is no register, ``ServiceError/keysMissing(_:)`` where it has no keys, and
  /// ``ServiceError/registerInUse(_:)`` while another process folds; the read model is left as it was then.
  package static func run(_ folder: DataFolder, log: LogChoice = .embedded, clock: any PipelineClock, logger: Logger) throws -> Int {
    guard try folder.holds(log) else { throw folder.missing(log) }
    try folder.checkKeys()
    let folding = FolderGroup.join("projections", in: folder.path, partitions: 1)
    guard case .assigned = try folding.poll(timeout: .zero) else { throw ServiceError.registerInUse(folder.path) }
    defer { folding.leave() }
    try RegisterStore.remove(directory: folder.path)
    let register = try Register(folder, log: log, clock: clock, logger: logger, making: false)
    let loop = try register.makeProjectionLoop()
    while try loop.step(timeout: .zero) > 0 {}
    return try register.store.read { try $0.totals() }.events
  }
}
