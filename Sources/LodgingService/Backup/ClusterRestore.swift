import Foundation
import LodgingKafka
package import LodgingPipeline
import LodgingStore
import LodgingWire
package import Logging

/// Puts a backup onto a cluster's empty topics, and checks it.
///
/// The ledger comes back byte for byte under its offsets, so everything that was folded from it still fits. Events that were decided stay in the
/// backup: the broker would date them anew, and they would not be what was decided. Those that were not are appended again, from offset 0
/// on, and the ledger says by a reset of the source that events are numbered so, after one that passes over what had expired undecided, where
/// anything had. Of each partition the events come first, then the
/// ledger, and the reset last: before that a validator finds that its events lost what is decided, and stands still. Partition 0 comes
/// after all others, and without its ledger no node starts at all. So what is half done is never taken for whole.
package struct ClusterRestore {
  private let source: String
  private let folder: DataFolder
  private let choice: LogChoice
  private let names: KafkaLogConfiguration
  private let manifest: BackupManifest
  private let keysFile: String
  private let keys: FileKeyRing
  private let logger: Logger

  /// Looks at a backup; nil where the folder holds the log, which is no matter of a cluster.
  ///
  /// - Parameters:
  ///   - backup: The backup's folder.
  ///   - folder: The data folder that commands work with; it may have the register's keys already.
  ///   - choice: The log.
  ///   - keys: The key ring to restore with; nil for that of the folder, or that of the backup.
  ///   - logger: Where alarms go.
  /// - Throws: ``ServiceError`` and `KeyRingError` where there is no backup, or are no keys of its register.
  package init?(from backup: String, to folder: DataFolder, _ choice: LogChoice, keys: String?, logger: Logger) throws {
    guard case .kafka(let names) = choice else { return nil }
    (source, self.folder, self.choice, self.names, self.logger) = (backup, folder, choice, names, logger)
    manifest = try BackupManifest(of: backup)
    let held = try DataFolder.exists(folder.keys)
    // A restore that goes on finds the keys that it put there.
    let isSame = keys.map { FileManager.default.contentsEqual(atPath: $0, andPath: folder.keys) } ?? true
    guard isSame || !held && folder.keysFile == nil else {
      throw ServiceError.badInput("keys.file or \(folder.keys) says what the keys are, and those of --keys are others; leave --keys out")
    }
    keysFile = held ? folder.keys : keys ?? "\(backup)/\(Backup.keyRing)"
    guard try DataFolder.exists(keysFile) else {
      throw ServiceError.badInput("\(backup) has no keys, and without them the ledger cannot go on; name the register's own with --keys")
    }
    self.keys = try FileKeyRing(reading: keysFile)
    try Restore.check(self.keys, from: keysFile, ledger: manifest.ledger)
  }

  /// Told of a part of the work, and how much of how much of it is done.
  package typealias Progress = (String, Int, Int) throws -> Void

  /// Puts the backup onto the cluster, or goes on with that.
  ///
  /// - Parameters:
  ///   - clock: The clock.
  ///   - progress: Told how far it is.
  /// - Returns: What was restored.
  /// - Throws: ``ServiceError/damagedBackup(_:)`` where a file is not what was backed up, ``ServiceError/topicRefused(_:)`` where the topics hold
  ///   anything else, both before anything is written; ``ServiceError/appendFailed(_:)``, `LogError`, `LedgerStop` and what `progress`
  ///   throws: called again, it goes on.
  package func run(clock: any PipelineClock, progress: Progress) throws -> Restore.Output {
    try checkFiles(progress)
    let backup = try EmbeddedLog(directory: source, clock: clock, settings: LogSettings(isReadOnly: true))
    let cluster = try KafkaEventLog(names)
    let topics: (any TopicAdministration)? = names.allowsCreateTime ? nil : try ClusterTopics(names)
    try RegisterLog.examine(cluster, partitions: backup.partitionCount, names: names, topics)
    let plans = try plans(of: backup, progress)
    for plan in plans { try check(plan, backup, cluster) }
    let singles = try singles(of: backup, cluster)
    for single in singles { _ = try single.compare() }
    try fillFolder()
    var counts = Restore.ClusterCounts()
    for single in singles { try single.fill(with: cluster.makeAppender()) }
    for plan in plans.reversed() { try fill(plan, backup, cluster, of: plans, &counts, progress) }
    let register = try Register(folder, log: choice, clock: clock, logger: logger, for: .reading)
    let audit = try AuditOutput(register) { _, _ in }
    return Restore.Output(
      folder: folder.path, files: manifest.files.count, bytes: manifest.files.reduce(0) { $0 + $1.bytes }, begun: manifest.begun,
      keys: true, audit: audit, cluster: counts)
  }

  // MARK: Before

  private func checkFiles(_ progress: Progress) throws {
    for (index, file) in manifest.files.enumerated() {
      try progress("files", index, manifest.files.count)
      try file.check { try UnfinishedFolder.file("\(source)/\(file.path)", as: file.path) }
    }
    guard manifest.files.contains(where: { $0.path == Backup.log }) else { throw ServiceError.damagedBackup("it has no \(Backup.log)") }
  }

  private func plans(of backup: EmbeddedLog, _ progress: Progress) throws -> [PartitionPlan] {
    let partitions = backup.partitionCount
    guard let genesis = try Genesis.first(of: 0, in: backup), genesis.ledgerID == keys.ledgerID else {
      throw ServiceError.damagedBackup("its ledger does not begin with this register's genesis entry")
    }
    return try (0..<partitions).map { partition in
      try progress("reading", partition, partitions)
      return try PartitionPlan(of: backup, keys: keys, partition: partition)
    }
  }

  /// Throws where a partition holds what the restore could not have left there.
  private func check(_ plan: PartitionPlan, _ backup: EmbeddedLog, _ cluster: KafkaEventLog) throws {
    let events = events(of: plan, backup, cluster)
    if try events.compare().isLonger { throw events.refusal("it holds more than the backup") }
    let ledger = ledger(of: plan, backup, cluster)
    if try ledger.compare().isLonger, case .tooLate = try plan.rest(on: cluster) { throw tooLate(ledger) }
  }

  private func tooLate(_ ledger: TopicFilling) -> ServiceError {
    ledger.refusal("the register has gone on from this backup, or from another one")
  }

  /// Keys and residents, where the folder has none.
  private func fillFolder() throws {
    try folder.make()
    if keysFile != folder.keys { try UnfinishedFolder.place(keysFile, at: folder.keys) }
    let prefix = "directory/"
    let residents = manifest.files.filter { $0.path.hasPrefix(prefix) }
    let held = (try? FileManager.default.contentsOfDirectory(atPath: folder.directory)) ?? []
    guard !residents.isEmpty, held.isEmpty else { return }
    let unfinished = try UnfinishedFolder(for: folder.directory)
    do {
      for file in residents { _ = try unfinished.copy("\(source)/\(file.path)", to: String(file.path.dropFirst(prefix.count))) }
      try unfinished.finish()
    } catch {
      unfinished.abandon()
      throw error
    }
  }

  // MARK: Onto the cluster

  private func singles(of backup: EmbeddedLog, _ cluster: KafkaEventLog) throws -> [TopicFilling] {
    try ClusterCopy.singles(in: backup).map { topic in
      let place = TopicPartition(topic, 0)
      // Nothing refers to a disclosure by its offset, and none may be repeated where some are gone.
      let numbering: RecordSequence.Numbering = topic == .disclosures ? .anew : .kept
      return TopicFilling(of: place, on: cluster, name: name(of: place)) { () throws(LogError) in
        try RecordSequence(of: backup, place, numbering)
      }
    }
  }

  private func ledger(of plan: PartitionPlan, _ backup: EmbeddedLog, _ cluster: KafkaEventLog) -> TopicFilling {
    let place = TopicPartition(.ledger, plan.partition)
    return TopicFilling(of: place, on: cluster, name: name(of: place)) { () throws(LogError) in
      try RecordSequence(of: backup, place, .kept)
    }
  }

  private func events(of plan: PartitionPlan, _ backup: EmbeddedLog, _ cluster: KafkaEventLog) -> TopicFilling {
    let place = TopicPartition(.events, plan.partition)
    return TopicFilling(of: place, on: cluster, name: name(of: place)) { () throws(LogError) in
      try RecordSequence(of: backup, place, from: plan.undecided, .anew)
    }
  }

  private func name(of place: TopicPartition) -> String { "\(names.name(of: place.topic))[\(place.partition)]" }

  private func fill(
    _ plan: PartitionPlan, _ backup: EmbeddedLog, _ cluster: KafkaEventLog, of plans: [PartitionPlan],
    _ counts: inout Restore.ClusterCounts, _ progress: Progress
  ) throws {
    let appender = try cluster.makeAppender()
    let total = plans.reduce(0) { $0 + Int($1.end.position.offset) + 1 }
    let done = Int(counts.entries)
    let events = try events(of: plan, backup, cluster).fill(with: appender)
    let ledger = ledger(of: plan, backup, cluster)
    let entries = try ledger.fill(with: appender, isOpen: true) { try progress("ledger", done + Int($0), total) }
    guard try plan.goOn(on: cluster, keys: keys) else { throw tooLate(ledger) }
    counts.entries += entries.next
    counts.resets += plan.needsReset ? 1 : 0
    counts.undecided += events.next
    counts.expired += plan.expired
    counts.oversized += events.oversized
    try progress("ledger", Int(counts.entries), total)
  }
}
