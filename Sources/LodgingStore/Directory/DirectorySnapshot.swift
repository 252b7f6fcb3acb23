import LodgingDomain

/// The files in force at one moment; look-ups in flight keep it while a newer one takes its place.
final class DirectorySnapshot: Sendable {
  let list: DirectoryList
  let base: DirectoryFile
  let delta: DirectoryFile?

  init(list: DirectoryList, base: DirectoryFile, delta: DirectoryFile?) {
    self.list = list
    self.base = base
    self.delta = delta
  }

  /// Changes of the topic up to, but not including, this offset are in the files.
  var changesThrough: Int64 { (delta ?? base).header.changesThrough }

  /// The newest row of a person; a deletion is a row.
  func person(_ key: UInt64) -> DirectoryRow? {
    delta?.persons.row(of: key) ?? base.persons.row(of: key)
  }

  /// The newest row of a document.
  func document(_ key: UInt64) -> DirectoryRow? {
    delta?.documents.row(of: key) ?? base.documents.row(of: key)
  }
}

extension DirectoryFolder {
  /// Opens the files in force.
  ///
  /// - Parameter verifying: How much of each file to check.
  /// - Returns: The files, or nil where nothing was ever loaded.
  /// - Throws: `DirectoryError`.
  func openSnapshot(verifying: DirectoryFile.Verification = .quick) throws(DirectoryError) -> DirectorySnapshot? {
    // Between reading the list and opening its files a load may replace both; then the new list is there already.
    var seen: DirectoryList?
    while let list = try readList() {
      do throws(DirectoryError) {
        let base = try open(version: list.base, verifying: verifying)
        let delta: DirectoryFile? = if let version = list.delta { try open(version: version, verifying: verifying) } else { nil }
        return DirectorySnapshot(list: list, base: base, delta: delta)
      } catch {
        guard case .system(_, _, let number) = error, number == 2, list != seen else { throw error }
        seen = list
      }
    }
    return nil
  }

  private func open(version: UInt64, verifying: DirectoryFile.Verification) throws(DirectoryError) -> DirectoryFile {
    let name = Self.fileName(version: version)
    let file = try DirectoryFile.open(path: "\(path)/\(name)", key: key, verifying: verifying)
    // A file of another version under this name was put there by hand.
    guard file.header.version == version else { throw .damaged(file: name, part: .header) }
    return file
  }
}
