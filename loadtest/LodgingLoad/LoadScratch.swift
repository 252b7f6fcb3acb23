import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore

/// The folder of one measurement, and the validator that works in it.
struct LoadScratch {
  let path: String

  /// A folder of this process alone.
  init(in folder: String, _ number: Int = 0) throws {
    try self.init(at: "\(folder)/scratch-\(ProcessInfo.processInfo.processIdentifier)-\(number)")
  }

  /// A folder that another process goes on in.
  init(at path: String) throws {
    self.path = path
    try DataFolder(path).make()
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Bytes of the snapshots.
  var snapshotBytes: Int {
    let files = FileManager.default.enumerator(at: URL(fileURLWithPath: path + "/snapshots"), includingPropertiesForKeys: [.fileSizeKey])
    return (files?.compactMap { ($0 as? URL).flatMap { try? $0.resourceValues(forKeys: [.fileSizeKey]).fileSize } } ?? []).reduce(0, +)
  }

  /// What a validator works with here: the real directory, whose keys are read in, and nothing remembered but what the folder holds.
  ///
  /// With `snapshotEntries`, a snapshot is published whenever a partition has so many entries more, at once.
  func context(
    _ log: any EventLog, keys: FileKeyRing, directory: String, clock: any PipelineClock, snapshotEntries: Int64? = nil
  ) throws -> ValidatorContext {
    var settings = ValidatorSettings()
    settings.plainIsAllowed = true
    settings.tickAfterSeconds = nil
    if let snapshotEntries { (settings.snapshotEntries, settings.snapshotAgeMinSeconds) = (snapshotEntries, 0) }
    let catalogue = try UnitFiles.catalogue()
    let residents = try ResidentReplica(folder: DirectoryFolder(path: directory, key: keys.directoryKey))
    // As a node has done soon after it began.
    while residents.warmNext() {}
    return ValidatorContext(
      log: log, directory: residents,
      isCommune: { catalogue.commune($0) != nil }, keys: keys, clock: clock, snapshots: try FileSnapshotStore(folder: path + "/snapshots"),
      index: try SQLiteIdIndex(directory: path), attempts: try SQLiteAttemptJournal(directory: path), monitor: LoudMonitor(),
      settings: settings, background: SerialWork())
  }
}

/// Tells alarms on stderr: none is expected in a measurement.
struct LoudMonitor: PipelineMonitor {
  func alarm(_ alarm: PipelineAlarm) { FileHandle.standardError.write(Data("alarm: \(alarm)\n".utf8)) }
}
