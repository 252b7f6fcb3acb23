/// Takes residents in any order and puts a new version of the directory in force.
///
/// Residents replace those of the same number; others stay as they are. Nothing is visible before ``finish(changesThrough:loads:progress:)``
/// returns, and a process that ends before leaves the directory as it was. Memory stays within some tens of megabytes, whatever the
/// number of residents.
package final class DirectoryBuilder {
  private let folder: DirectoryFolder
  private let lock: RawFile
  private let former: DirectorySnapshot?
  private let version: UInt64
  private let deltaRowsMax: Int
  private let persons: RowSpill
  private let documents: RowSpill

  /// Begins a load.
  ///
  /// - Parameters:
  ///   - folder: Where the directory is; it is made if need be.
  ///   - startingAnew: Whether the residents of the present version are left out; then it need not be readable.
  ///   - deltaRowsMax: The most rows of a delta.
  /// - Throws: `DirectoryError.busy` while another load is under way; what opening the present version throws.
  package init(
    folder: DirectoryFolder, startingAnew: Bool = false, deltaRowsMax: Int = DirectoryLimits.deltaRowsMax
  ) throws(DirectoryError) {
    self.folder = folder
    self.deltaRowsMax = deltaRowsMax
    try folder.create()
    lock = try folder.lock()
    former = startingAnew ? nil : try folder.openSnapshot()
    version = 1 + max(former?.list.version ?? 0, folder.versionsPresent().max() ?? 0)
    persons = RowSpill(folder: folder.path)
    documents = RowSpill(folder: folder.path)
  }

  /// The offset in the topic `residents` up to which the present version holds the changes.
  package var changesThrough: Int64 { former?.changesThrough ?? 0 }

  /// The loads that the present version holds, and those that it is to hold.
  package var loads: ResidentLoads { former?.list.loads ?? ResidentLoads() }

  /// Adds a resident.
  package func add(_ entry: DirectoryEntry) throws(DirectoryError) {
    try persons.add(entry.personRow)
    if let row = entry.documentRow { try documents.add(row) }
  }

  /// Adds what an overlay holds, so that the version that is built holds it too; call it before adding residents, which are newer.
  package func add(_ overlay: ResidentOverlay) throws(DirectoryError) {
    let rows = overlay.rows
    for row in rows.persons { try persons.add(row) }
    for row in rows.documents { try documents.add(row) }
  }

  /// Builds the version and puts it in force.
  ///
  /// - Parameters:
  ///   - changesThrough: The overlay's position, if one was added; nil keeps what the present version says.
  ///   - loads: The loads that it holds then, and those that it is to hold; nil keeps what the present version says.
  ///   - progress: Called now and then with the number of residents written.
  /// - Returns: What was built.
  /// - Throws: `DirectoryError`; the former version stays in force.
  package func finish(
    changesThrough: Int64? = nil, loads: ResidentLoads? = nil, progress: (Int) -> Void = { _ in }
  ) throws(DirectoryError) -> DirectoryBuild {
    let started = ContinuousClock.now
    let kind = kindToWrite
    // What is copied must be whole, or damage would get good checksums.
    try former?.delta?.verify()
    if kind == .base { try former?.base.verify() }
    let added = SpilledRows(persons)
    var personSources: [any RowSource] = [added]
    var documentSources: [any RowSource] = [SpilledRows(documents)]
    for file in [former?.delta, kind == .base ? former?.base : nil].compactMap(\.self) {
      personSources.append(TableRows(file.persons))
      documentSources.append(TableRows(file.documents))
    }
    let merged = try MergedRows(personSources)
    let name = DirectoryFolder.fileName(version: version)
    let draft = DirectoryDraft(
      folder: folder.path, name: "\(name).new", key: DirectoryFileKey(folder.key), kind: kind, version: version,
      changesThrough: changesThrough ?? former?.changesThrough ?? 0)
    let (header, byteCount) = try DirectoryFile.write(
      draft, persons: merged, documents: try MergedRows(documentSources), progress: progress)
    try folder.rename("\(folder.path)/\(name).new", to: "\(folder.path)/\(name)")
    let list = DirectoryList(
      version: version, base: kind == .base ? version : former?.list.base ?? version, delta: kind == .base ? nil : version,
      loads: loads ?? self.loads)
    try folder.replaceList(by: list)
    folder.removeUnlisted(keeping: list)
    return DirectoryBuild(
      version: version, isDelta: kind == .delta, persons: Int(header.persons.rowCount), documents: Int(header.documents.rowCount),
      added: persons.count - added.duplicates, duplicates: added.duplicates, replaced: merged.replacements, fileBytes: byteCount,
      duration: ContinuousClock.now - started)
  }

  /// A small load over a large base becomes a delta; otherwise the base is written again.
  private var kindToWrite: DirectoryHeader.Kind {
    guard let former, former.base.personCount > deltaRowsMax else { return .base }
    let rows = persons.count + (former.delta?.personCount ?? 0)
    return rows <= deltaRowsMax ? .delta : .base
  }
}

/// What a load built.
package struct DirectoryBuild: Hashable, Sendable {
  /// The version that is in force now.
  package var version: UInt64
  /// Whether only a delta over the base was written.
  package var isDelta: Bool
  /// Rows of persons in the file; in a delta this counts deletions too.
  package var persons: Int
  /// Rows of documents in the file.
  package var documents: Int
  /// Different residents that were added or replaced.
  package var added: Int
  /// Residents that a later one of the same load replaced.
  package var duplicates: Int
  /// Residents of the former version (in a delta: of the former delta) that were replaced.
  package var replaced: Int
  /// The size of the file in bytes.
  package var fileBytes: Int
  /// How long sorting, writing and waiting for the disk took.
  package var duration: Duration
}
