import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore

/// The folder of one measurement, and the validator that works in it.
struct LoadScratch {
  private let path: String

  init(in folder: String, _ number: Int = 0) throws {
    path = "\(folder)/scratch-\(ProcessInfo.processInfo.processIdentifier)-\(number)"
    try DataFolder(path).make()
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// What a validator works with here: the real directory and keys, and nothing remembered from before.
  func context(
    _ log: any EventLog, keys: FileKeyRing, directory: String, clock: any PipelineClock
  ) throws -> ValidatorContext {
    var settings = ValidatorSettings()
    settings.plainIsAllowed = true
    settings.tickAfterSeconds = nil
    let catalogue = try UnitFiles.catalogue()
    return ValidatorContext(
      log: log, directory: try ResidentReplica(folder: DirectoryFolder(path: directory, key: keys.directoryKey)),
      isCommune: { catalogue.commune($0) != nil }, keys: keys, clock: clock, snapshots: try FileSnapshotStore(folder: path + "/snapshots"),
      index: try SQLiteIdIndex(directory: path), attempts: try SQLiteAttemptJournal(directory: path), monitor: LoudMonitor(),
      settings: settings)
  }
}

/// Tells alarms on stderr: none is expected in a measurement.
struct LoudMonitor: PipelineMonitor {
  func alarm(_ alarm: PipelineAlarm) { FileHandle.standardError.write(Data("alarm: \(alarm)\n".utf8)) }
}
