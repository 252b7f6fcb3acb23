import Foundation
import GRDB

/// Copies of SQLite files that others go on writing to.
package enum DatabaseCopy: Sendable {
  /// Copies one moment of a database into a new file, which is on the disk when this returns.
  ///
  /// - Parameters:
  ///   - path: The database.
  ///   - copy: The new file; after an error it is not there.
  ///   - isForUse: Whether the copy is to be opened like the database itself: then opening it changes none of its bytes.
  /// - Throws: ``StoreError``.
  package static func make(of path: String, to copy: String, isForUse: Bool = false) throws(StoreError) {
    do {
      var configuration = Configuration()
      configuration.readonly = true
      let source = try DatabaseQueue(path: path, configuration: configuration)
      try OwnerOnly.makeFile(copy)
      try source.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
      try source.close()
      if isForUse {
        let made = try DatabaseQueue(path: copy)
        try made.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try made.close()
      }
      try RawFile(path: copy, flags: O_RDONLY).sync()
    } catch {
      for suffix in ["-wal", "-shm", ""] { unlink(copy + suffix) }
      throw StoreError(error, path: copy, remedy: .copies) ?? .unexpected(error, path: copy)
    }
  }

  /// Whether a database is whole, as SQLite says of its pages.
  ///
  /// - Parameter path: The database, which nobody writes to.
  /// - Returns: What is wrong; nil where nothing is.
  /// - Throws: ``StoreError`` where it cannot be read at all.
  package static func fault(of path: String) throws(StoreError) -> String? {
    do {
      let queue = try DatabaseQueue(path: path)
      let answer = try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
      try queue.close()
      return answer == "ok" ? nil : answer ?? "no answer"
    } catch {
      throw StoreError(error, path: path, remedy: .copies) ?? .unexpected(error, path: path)
    }
  }
}
