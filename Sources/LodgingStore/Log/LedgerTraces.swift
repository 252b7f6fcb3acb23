import Foundation
import GRDB

/// What lies in a data folder and only a ledger can have left there: it tells a log that was lost from one that was never begun.
package enum LedgerTraces: Sendable {
  /// Whether a folder holds a register or an id index with positions, a snapshot, or a copy of a register.
  ///
  /// Files that are made with the folder and still empty are no traces. A file that cannot be read is taken for one. Nothing is changed.
  package static func exist(in directory: String) -> Bool {
    let register = "\(directory)/\(RegisterStore.fileName)"
    if isFolded(register) || isFolded("\(directory)/\(SQLiteIdIndex.fileName)") { return true }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/snapshots")) ?? []
    if names.contains(where: FileSnapshotStore.isSnapshot) { return true }
    return !RegisterCopies(register: register, settings: RegisterCopies.Settings()).list().isEmpty
  }

  /// Whether a file of the store has a position.
  private static func isFolded(_ path: String) -> Bool {
    guard let stamp = FileStamp.of(path: path), stamp.byteCount > 0 else { return false }
    do {
      let access = ReadAccess(path: path)
      let keeper = try access.makeKeeper(busySeconds: StoreFile.busySeconds)
      defer { try? keeper?.close() }
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(StoreFile.busySeconds)
      configuration.prepareDatabase { try access.prepare($0) }
      let queue = try DatabaseQueue(path: access.name, configuration: configuration)
      defer { try? queue.close() }
      return try queue.inDatabase { db in
        guard try db.tableExists("positions") else { return false }
        return try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM positions)") ?? false
      }
    } catch {
      return true
    }
  }
}
