import LodgingPipeline
import LodgingTesting

/// What is broken in a world on purpose, so that the judge must notice; nothing by default.
///
/// The product has no switches for this. What a validator or a reader would do wrong is brought about by what its ports tell it.
struct Sabotage {
  /// What a process with a validator gets for the log; it is told the true one too.
  var validatorLog: (any EventLog, SimulatedLog) -> any EventLog = { log, _ in log }
  /// What a process with a projection gets for the log.
  var readerLog: (any EventLog, SimulatedLog) -> any EventLog = { log, _ in log }
  var directory: (any ResidentDirectory) -> any ResidentDirectory = { $0 }
  var index: (any IdIndex) -> any IdIndex = { $0 }
  var snapshots: (any SnapshotStore) -> any SnapshotStore = { $0 }
  var readModel: (any ReadModel) -> any ReadModel = { $0 }
  var settings: (inout ValidatorSettings) -> Void = { _ in }
  /// Falsifies what a world ended with, before it is judged.
  var spoil: (World) throws -> Void = { _ in }
}
