import Foundation
package import LodgingPipeline
import LodgingStore
import LodgingWire
package import Logging

/// Puts a backup in the place of a data folder.
package enum Restore {
  /// What was restored.
  package struct Output: Encodable, Sendable {
    package var folder: String
    package var files: Int
    package var bytes: Int
    /// Up to when everything that was acknowledged is in it.
    package var begun: String
    /// Whether the key ring is there; without it, nothing can be decided, opened or audited.
    package var keys: Bool
    /// What the audit says of the restored logs and register; nil without keys.
    package var audit: AuditOutput?
    /// What was put onto a cluster; nil where the folder holds the log.
    package var cluster: ClusterCounts?
  }

  /// What a restore put onto a cluster's topics, this time and before.
  package struct ClusterCounts: Encodable, Sendable, Hashable {
    /// Entries of the ledger.
    package var entries: Int64 = 0
    /// Partitions whose events are numbered from 0 again.
    package var resets = 0
    /// Events that were not decided yet, and now wait for a validator.
    package var undecided: Int64 = 0
    /// Events that had left the cluster's topic undecided before the backup.
    package var expired: Int64 = 0
    /// Undecided records that are larger than any log takes and so no events; they are in the backup only.
    package var oversized = 0
  }

  /// Restores a backup.
  ///
  /// The files are compared with what the backup says of them while they are copied, the databases are checked page by page, and with
  /// keys the restored register is audited; only then does the folder get its name.
  ///
  /// - Parameters:
  ///   - backup: The backup's folder.
  ///   - folder: The data folder, which must be missing or empty.
  ///   - keys: The key ring to restore with; nil for that of the backup, if it has one. Where key rings lie elsewhere than in the folder, the
  ///     one that lies there is used, and none is copied.
  ///   - clock: The clock.
  ///   - logger: Where alarms go.
  ///   - progress: Told of each file before it is copied, and of the audit.
  /// - Returns: What was restored.
  /// - Throws: ``ServiceError/damagedBackup(_:)`` where a file is not what was backed up, other ``ServiceError``s, `StoreError`,
  ///   `KeyRingError`, `POSIXError`, and what `progress` throws. Nothing is at the folder's name then.
  package static func run(
    from backup: String, to folder: DataFolder, keys: String? = nil, clock: any PipelineClock, logger: Logger,
    progress: (String) throws -> Void = { _ in }
  ) throws -> Output {
    guard keys == nil || folder.keysFile == nil else {
      throw ServiceError.badInput("keys.file says where the keys lie; put them there, mode 0600, and leave --keys out")
    }
    let manifest = try BackupManifest(of: backup)
    let unfinished = try UnfinishedFolder(for: folder.path)
    do {
      for file in manifest.files { try copy(file, of: backup, to: unfinished, progress) }
      for file in manifest.files where file.path.hasSuffix(".sqlite") {
        if let fault = try DatabaseCopy.fault(of: "\(unfinished.path)/\(file.path)") {
          throw ServiceError.damagedBackup("\(file.path): \(fault)")
        }
      }
      let hasKeys =
        try folder.keysFile.map { try findKeys($0, ledger: manifest.ledger) }
        ?? restoreKeys(keys, of: backup, to: unfinished, ledger: manifest.ledger, progress)
      let restored = DataFolder(unfinished.path, keysFile: folder.keysFile)
      let audit = hasKeys ? try self.audit(restored, clock: clock, logger: logger, progress) : nil
      try unfinished.finish()
      return Output(
        folder: folder.path, files: manifest.files.count, bytes: manifest.files.reduce(0) { $0 + $1.bytes }, begun: manifest.begun,
        keys: hasKeys, audit: audit)
    } catch {
      unfinished.abandon()
      throw error
    }
  }

  private static func copy(
    _ file: BackupManifest.File, of backup: String, to unfinished: UnfinishedFolder, _ progress: (String) throws -> Void
  ) throws {
    try file.check {
      try progress(file.path)
      return try unfinished.copy("\(backup)/\(file.path)", to: file.path)
    }
  }

  private static func restoreKeys(
    _ given: String?, of backup: String, to unfinished: UnfinishedFolder, ledger: String, _ progress: (String) throws -> Void
  ) throws -> Bool {
    let own = "\(backup)/\(Backup.keyRing)"
    guard let path = given ?? (FileManager.default.fileExists(atPath: own) ? own : nil) else { return false }
    try progress(Backup.keyRing)
    _ = try unfinished.copy(path, to: Backup.keyRing)
    try check(try FileKeyRing(opening: "\(unfinished.path)/\(Backup.keyRing)"), from: path, ledger: ledger)
    return true
  }

  /// Whether the register's keys lie where keys lie.
  private static func findKeys(_ path: String, ledger: String) throws -> Bool {
    guard try DataFolder.exists(path) else { return false }
    try check(try FileKeyRing(reading: path), from: path, ledger: ledger)
    return true
  }

  /// Throws where keys belong to another register than a backup.
  static func check(_ ring: FileKeyRing, from path: String, ledger: String) throws {
    guard ring.ledgerID.description == ledger else { throw ServiceError.badInput("\(path) holds the keys of another register") }
  }

  /// The register is closed again when this returns.
  private static func audit(
    _ folder: DataFolder, clock: any PipelineClock, logger: Logger, _ progress: (String) throws -> Void
  ) throws -> AuditOutput {
    try progress("audit")
    let register = try Register(folder, clock: clock, logger: logger, making: false)
    // Alerts about notices follow from the keys of now, of which fewer may be there than when the backup was made.
    try register.foldNotices()
    return try AuditOutput(register) { _, _ in }
  }
}
