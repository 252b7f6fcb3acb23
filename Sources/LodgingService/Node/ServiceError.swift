package import LodgingDomain

/// Why a command cannot do its work; nothing is half done because of it.
package enum ServiceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no register in the folder.
  case noRegister(String)
  /// The system does not let the folder, or a file of it, be looked at or written.
  case noAccess(path: String, reason: String)
  /// The key ring is gone, and the register that it belongs to is there.
  case keysMissing(String)
  /// The key ring belongs to another register than the ledger.
  case foreignKeys(String)
  /// The key ring is older than the ledger: it lacks a key of the chain.
  case chainKeyMissing(path: String, id: UInt32)
  /// The log of the folder is gone or empty, and what was folded from its ledger is there.
  case logLost(String)
  /// The register was opened to be read only.
  case openedForReading
  /// The folder has no key ring, without which nothing on a cluster's topics can be read or decided.
  case noKeys(String)
  /// A cluster's key ring has no key for this month.
  case noMonth(String)
  /// The folder holds another demo, made with other numbers.
  case otherDemo(String)
  /// Another process works on the demo of the folder.
  case demoRunning(String)
  /// The folder's events log holds a record that no item of the demo is.
  case foreignRecord(partition: Int, source: Int64)
  /// Another process folds the ledger into the register of the folder.
  case registerInUse(String)
  /// A file of the folder is not of the form that this program writes.
  case unreadableFile(String)
  /// The program's own data files are not where they belong.
  case catalogueMissing(String)
  /// A partition stands still until an operator acts.
  case partitionStopped(Int)
  /// Another process holds the validator and did not decide in time.
  case notDecidedInTime(partition: Int, source: Int64)
  /// The events log goes up to a time that this machine's clock has not reached, so that nothing is decided.
  case clockBehind(partition: Int, appended: Instant, now: Instant)
  /// What stands at the place of an event is the verdict on another one.
  case otherVerdict(partition: Int, source: Int64)
  /// The log refused an append.
  case appendFailed(String)
  /// What was given cannot be understood.
  case badInput(String)
  /// What was asked for does not exist.
  case notFound(String)
  /// There is no backup in the folder that this program can read.
  case noBackup(String)
  /// A file of a backup is not what was backed up.
  case damagedBackup(String)
  /// Something is where a folder is to be made.
  case folderNotEmpty(String)
  /// Another process fills or changes the folder.
  case folderInUse(String)
  /// A month's key cannot be destroyed yet.
  case keyInUse(String)
  /// Who owns partitions is not known to know the version that the ledger is to be raised to.
  case upgradeTooEarly(String)
  /// A topic of the cluster is not what a register can run on.
  case topicRefused(String)
  /// A cluster does not answer questions about its topics; the text says which.
  case topicsUntold(String)
  /// A cluster's residents are not where the command needs them.
  case residentsMissing(String)

  /// What happened and what to do.
  package var description: String {
    switch self {
    case .noRegister(let path): "there is no register in \(path); load establishments or run the demo first, or give another --data"
    case .noAccess(let path, let reason): "\(path) cannot be used: \(reason); check the permissions, or run this as the folder's owner"
    case .keysMissing(let path):
      "\(path) is missing, and other keys belong to another register: without it no identity can be opened, no entry be added to the ledger "
        + "or checked, and no receipt be signed. Bring the file back from its copy, with mode 0600; nothing was changed"
    case .foreignKeys(let path):
      "\(path) belongs to another register than this ledger: nothing of it would open, and what is written with it would harm the register. Bring "
        + "the register's own key ring, from where `lodging topics create` made it, or give another --log or --data; nothing was changed"
    case .chainKeyMissing(let path, let id):
      "\(path) has no chain key \(id), under which the ledger goes on: bring the newest keys.json here, from where the key was rotated; nothing "
        + "was changed"
    case .logLost(let path):
      "\(path) is missing or empty, and what lies beside it was made from its ledger: another log would begin another register, without a stay "
        + "or receipt of this one. Bring the file back from its backup, or say with --log which cluster has it; nothing was changed"
    case .openedForReading: "the register was opened to be read only"
    case .noKeys(let path):
      "there is no key ring at \(path); copy the register's own keys.json from where `lodging topics create` made it, name it with keys.file, "
        + "or give another --data"
    case .noMonth(let path):
      "\(path) has no key for this month; run `lodging topics create` where the register's own is kept, and copy it to all nodes"
    case .otherDemo(let what): "the folder holds a demo of \(what); give the same numbers to go on with it, or another --data"
    case .demoRunning(let path): "another demo works in \(path); wait for its end, or give another --data"
    case .foreignRecord(let partition, let source):
      "the folder's events log holds what is not of this demo (partition \(partition), offset \(source)), so its result would be another; give another --data"
    case .registerInUse(let path): "another process writes the register in \(path); end it first"
    case .unreadableFile(let path): "\(path) is not what this program wrote; restore it, or give another --data"
    case .catalogueMissing(let name): "the data file \(name) is missing beside the program; build or install it again"
    case .partitionStopped(let partition): "partition \(partition) stands still; the log above says why and what to do"
    case .notDecidedInTime(let partition, let source):
      "the running validator has not decided partition \(partition), offset \(source); the event is stored and will be decided when it goes on"
    case .clockBehind(let partition, let appended, let now):
      "partition \(partition): the events log goes up to \(appended.rfc3339()), \(Self.lead(of: appended, over: now)) ahead of this machine's clock "
        + "(\(now.rfc3339())): set the clock. If the clock is right now and was wrong then, decisions go on by themselves at that time; "
        + "what is in the log stays there"
    case .otherVerdict(let partition, let source):
      "partition \(partition), offset \(source) holds the verdict on another event: the log was changed while it was in use; "
        + "run the audit, then send again (what is registered already is answered with its first receipt)"
    case .appendFailed(let reason): "the log did not take the event: \(reason)"
    case .badInput(let what): what
    case .topicRefused(let what): what
    case .residentsMissing(let what): what
    case .topicsUntold(let reason):
      "the cluster does not answer what it is asked about topics (\(reason)). What was made before stays; run the command again once it answers. "
        + "Look whether the brokers that --log names can be reached from here under the names that they give themselves (advertised.listeners), "
        + "whether the cluster has a controller, and whether this principal may Describe, DescribeConfigs and Create; a kafka-mock answers no such "
        + "question: give --allow-create-time there"
    case .notFound(let what): what
    case .keyInUse(let what): what
    case .upgradeTooEarly(let what): what
    case .noBackup(let path): "\(path) holds no backup that this version can read; an interrupted one is never at its name"
    case .damagedBackup(let what): "the backup is damaged: \(what); use another one"
    case .folderNotEmpty(let path): "\(path) is not empty; give a folder that is missing or empty"
    case .folderInUse(let path): "another process works on \(path); wait for its end"
    }
  }

  private static func lead(of appended: Instant, over now: Instant) -> String {
    let minutes = (appended.milliseconds - now.milliseconds) / 60_000
    return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }
}
