import Foundation
import LodgingDomain
import LodgingKafka
package import LodgingPipeline
import LodgingStore
import LodgingWire

/// A copy of a register's data folder, made while others go on working in it; of a register on a cluster, of its topics too.
///
/// It is one moment of the logs, with a register, snapshots and id index that stand on them, and the residents of that time: what derives
/// from the logs is copied before them. On a cluster it is the logs and the residents: what derives from the ledger is made anew from it. The
/// key ring is left out unless it is asked for, since whoever has both reads every identity.
package enum Backup {
  /// What was copied.
  package struct Output: Encodable, Sendable, Hashable {
    package var folder: String
    package var files: Int
    package var bytes: Int
    /// Whether the key ring is among them.
    package var keys: Bool
    /// When it was begun; everything that was acknowledged before is in it.
    package var begun: String
  }

  /// Databases of a data folder, by their paths; what derives from the logs comes first.
  private static let derived = ["register.sqlite", "snapshots/ids.sqlite", "retention.sqlite"]
  /// Files that are copied as they are, where they are there.
  private static let plain = ["demo.json"]
  static let log = "log.sqlite"
  static let keyRing = FileKeyRing.fileName

  /// Makes a backup.
  ///
  /// - Parameters:
  ///   - folder: The data folder.
  ///   - choice: The log.
  ///   - target: The backup's folder, which must be missing or empty.
  ///   - withKeys: Whether to copy the key ring too.
  ///   - clock: The clock.
  ///   - progress: Told of each file before it is copied.
  ///   - records: Told how many of a cluster's records are copied, and of how many.
  /// - Returns: What was copied.
  /// - Throws: ``ServiceError``, `LogError`, `StoreError` and `POSIXError`, as where the disk is full, and what `progress` and `records` throw.
  ///   Nothing is at `target` then.
  package static func make(
    of folder: DataFolder, log choice: LogChoice = .embedded, at target: String, withKeys: Bool, clock: any PipelineClock,
    progress: (String) throws -> Void = { _ in }, records: (Int, Int) throws -> Void = { _, _ in }
  ) throws -> Output {
    guard try folder.holds(choice) else { throw folder.missing(choice) }
    let keys = try FileKeyRing(opening: folder.keys)
    let ledger = keys.ledgerID.description
    let cluster = try Cluster(choice, folder, keys, clock)
    let begun = clock.now.rfc3339()
    let unfinished = try UnfinishedFolder(for: target)
    do {
      var files = cluster == nil ? try derivedFiles(of: folder, to: unfinished, progress) : []
      // The files of residents hold the changes up to an offset of their topic, which the topic's copy must reach.
      files += try residents(of: folder, to: unfinished, progress)
      if let cluster {
        try progress(log)
        try ClusterCopy.make(
          of: cluster.log, partitions: cluster.log.partitionCount, names: cluster.names, in: unfinished.path, clock: clock, records)
        files.append(try UnfinishedFolder.file("\(unfinished.path)/\(log)", as: log))
      } else {
        files.append(try database(log, of: folder, to: unfinished, progress))
      }
      if withKeys {
        try progress(keyRing)
        _ = try unfinished.copy(folder.keys, to: keyRing)
      }
      try BackupManifest(ledger: ledger, begun: begun, files: files).write(to: unfinished.path)
      try unfinished.finish()
      return Output(folder: target, files: files.count, bytes: files.reduce(0) { $0 + $1.bytes }, keys: withKeys, begun: begun)
    } catch {
      unfinished.abandon()
      throw error
    }
  }

  /// A register's cluster.
  private struct Cluster {
    var log: RegisterLog
    var names: (Topic) -> String

    /// Nil where the folder holds the log.
    init?(_ choice: LogChoice, _ folder: DataFolder, _ keys: FileKeyRing, _ clock: any PipelineClock) throws {
      guard case .kafka(let configuration) = choice else { return nil }
      log = try RegisterLog(choice, folder: folder, clock: clock, isReadOnly: true)
      names = configuration.name(of:)
      guard log.ledgerID == keys.ledgerID else { throw ServiceError.foreignKeys(folder.keys) }
    }
  }

  /// What derives from the embedded log, and what lies beside it.
  private static func derivedFiles(
    of folder: DataFolder, to unfinished: UnfinishedFolder, _ progress: (String) throws -> Void
  ) throws -> [BackupManifest.File] {
    var files: [BackupManifest.File] = []
    for path in derived where exists(path, in: folder) {
      var file = try database(path, of: folder, to: unfinished, progress)
      file.sha256 = nil
      files.append(file)
    }
    files += try snapshots(of: folder, to: unfinished, progress)
    for path in plain where exists(path, in: folder) {
      try progress(path)
      files.append(try unfinished.copy("\(folder.path)/\(path)", to: path))
    }
    return files
  }

  private static func exists(_ path: String, in folder: DataFolder) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder.path)/\(path)")
  }

  private static func database(
    _ path: String, of folder: DataFolder, to unfinished: UnfinishedFolder, _ progress: (String) throws -> Void
  ) throws -> BackupManifest.File {
    try progress(path)
    let copy = "\(unfinished.path)/\(path)"
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: copy).deletingLastPathComponent().path, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try DatabaseCopy.make(of: "\(folder.path)/\(path)", to: copy, isForUse: true)
    return try UnfinishedFolder.file(copy, as: path)
  }

  /// The states that are published; one that is removed meanwhile is not missed.
  private static func snapshots(
    of folder: DataFolder, to unfinished: UnfinishedFolder, _ progress: (String) throws -> Void
  ) throws -> [BackupManifest.File] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.snapshots)) ?? []
    var files: [BackupManifest.File] = []
    for name in names.sorted() where FileSnapshotStore.isSnapshot(name) {
      try progress("snapshots/\(name)")
      do {
        files.append(try unfinished.copy("\(folder.snapshots)/\(name)", to: "snapshots/\(name)"))
      } catch let error as POSIXError where error.code == .ENOENT {
        continue
      }
    }
    return files
  }

  private static let residentAttemptsMax = 20

  /// The list of the directory and the files that it names; where a load replaced them meanwhile, those of the new list.
  private static func residents(
    of folder: DataFolder, to unfinished: UnfinishedFolder, _ progress: (String) throws -> Void
  ) throws -> [BackupManifest.File] {
    for _ in 0..<residentAttemptsMax {
      guard let names = try DirectoryFolder.filesInForce(path: folder.directory) else { return [] }
      do {
        let files = try names.map { name in
          try progress("directory/\(name)")
          return try unfinished.copy("\(folder.directory)/\(name)", to: "directory/\(name)")
        }
        if try DirectoryFolder.filesInForce(path: folder.directory) == names { return files }
      } catch let error as POSIXError where error.code == .ENOENT {
        continue
      }
    }
    throw ServiceError.folderInUse(folder.directory)
  }
}
