import LodgingKafka
import LodgingPipeline

/// What a backup of a register on a cluster is: copies of topics, which only the cluster can make and put back whole.
///
/// A copy of a data folder beside a cluster would hold nothing but what derives from the ledger, and look like a backup.
package enum ClusterBackup {
  /// Lets a command that copies a folder go on where the folder holds the log.
  ///
  /// - Parameters:
  ///   - log: Which log carries the register.
  ///   - folder: The data folder.
  /// - Throws: ``ServiceError/noBackupOfCluster(_:)`` on a cluster, with the topics and files to back up; the cluster is not asked.
  package static func refuse(_ log: LogChoice, _ folder: DataFolder) throws(ServiceError) {
    guard case .kafka(let names) = log else { return }
    let others = [Topic.residents, .access, .disclosures].map(names.name).joined(separator: ", ")
    throw .noBackupOfCluster(
      "backup and restore work on a folder that holds its log, and this register's logs are topics of a cluster; nothing was done. Back up by "
        + "the cluster's own means \(names.name(of: .ledger)), not before it \(names.name(of: .events)), both with their offsets and append "
        + "times, and \(others) and the topics of chains; as files \(folder.keys), apart from the rest, \(folder.directory) and the file of "
        + "ingress.chains. What is put back is shown by `lodging audit`; docs/kafka.md, section 9, says how")
  }
}
