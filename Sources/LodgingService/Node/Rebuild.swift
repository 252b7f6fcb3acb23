package import LodgingPipeline
import LodgingStore
package import Logging

/// Throws the read model away and folds the ledger anew.
package enum Rebuild {
  /// Rebuilds the read model of a folder and returns how many events of stays it holds.
  ///
  /// Nobody else may have it open. Throws ``ServiceError/noRegister(_:)`` where there is no register.
  package static func run(_ folder: DataFolder, clock: any PipelineClock, logger: Logger) throws -> Int {
    guard folder.exists else { throw ServiceError.noRegister(folder.path) }
    try RegisterStore.remove(directory: folder.path)
    let register = try Register(folder, clock: clock, logger: logger, making: false)
    let sender = try EventSender(register)
    defer { sender.close() }
    try sender.settleAll()
    return try register.store.read { try $0.totals() }.events
  }
}
