/// What the parts of the directory's files take, in bytes.
///
/// All of it is mapped; what is read often stays in memory.
package struct DirectorySizes: Hashable, Sendable {
  /// The index of persons, which alone is read where a resident is as declared: key, exact and folded summary of each, and free slots.
  package var exactMatch = 0
  /// The rows of persons, read where something differs, with what leads from the index to them.
  package var persons = 0
  /// The index of documents.
  package var documentIndex = 0
  /// The rows of documents, with what leads from their index to them.
  package var documents = 0

  /// Nothing.
  package init() {}
}

extension DirectoryFolder {
  /// What the files in force take; nothing where nothing was ever loaded.
  ///
  /// - Throws: `DirectoryError`.
  package func sizes() throws(DirectoryError) -> DirectorySizes {
    var sizes = DirectorySizes()
    guard let files = try openSnapshot(verifying: .header) else { return sizes }
    for header in [files.base.header, files.delta?.header].compactMap(\.self) {
      sizes.exactMatch += header.persons.indexBytes
      sizes.persons += header.persons.rowBytes
      sizes.documentIndex += header.documents.indexBytes
      sizes.documents += header.documents.rowBytes
    }
    return sizes
  }
}

extension DirectoryTableLayout {
  fileprivate var indexBytes: Int { Int(slotCount) * Self.slotBytes }

  fileprivate var rowBytes: Int { Int(rowCount) * DirectoryRow.detailBytes + Int(rankCount) * 4 }
}
