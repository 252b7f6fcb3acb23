import Foundation
package import LodgingWire

/// One file of the resident directory, open for look-ups from any number of threads.
package final class DirectoryFile: Sendable {
  let header: DirectoryHeader
  let persons: DirectoryTable
  let documents: DirectoryTable
  private let mapping: FileMapping
  private let key: DirectoryFileKey
  /// The file's name without its folder.
  package let name: String

  /// How much of a file is checked when it is opened.
  package enum Verification: Sendable {
    /// The header only, and that all parts are there. A damaged row then gives a wrong answer, never a crash.
    case header
    /// The header always; all blocks where the file is at most ``DirectoryLimits/verifiedOnOpenBytesMax``.
    case quick
    /// Everything.
    case full
  }

  /// Opens a file and maps it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - key: The directory's key.
  ///   - verifying: How much to check.
  /// - Returns: The open file.
  /// - Throws: `DirectoryError`: `.foreign`, `.unknownFormat`, `.truncated`, `.damaged`, `.wrongKey` or `.system`.
  package static func open(path: String, key: SipKey, verifying: Verification = .quick) throws(DirectoryError) -> DirectoryFile {
    let file = try DirectoryFile(path: path, key: DirectoryFileKey(key))
    let isSmall = file.byteCount <= DirectoryLimits.verifiedOnOpenBytesMax
    if verifying == .full || verifying == .quick && isSmall { try file.verify() }
    return file
  }

  private init(path: String, key: DirectoryFileKey) throws(DirectoryError) {
    let file = try RawFile(path: path, flags: O_RDONLY)
    name = file.name
    self.key = key
    let byteCount = try file.status().byteCount
    guard byteCount >= DirectoryLimits.pageBytes else {
      guard byteCount > 0 else { throw .truncated(file: file.name, bytes: 0, expected: DirectoryLimits.pageBytes) }
      let start = try file.map(byteCount: byteCount)
      guard DirectoryHeader.begins(like: start.bytes) else { throw .foreign(file: file.name) }
      throw .truncated(file: file.name, bytes: byteCount, expected: DirectoryLimits.pageBytes)
    }
    mapping = try file.map(byteCount: byteCount)
    header = try DirectoryHeader(page: UnsafeRawBufferPointer(rebasing: mapping.bytes[..<DirectoryLimits.pageBytes]), file: name, key: key)
    guard byteCount >= header.fileBytes else { throw .truncated(file: name, bytes: byteCount, expected: header.fileBytes) }
    guard byteCount == header.fileBytes else { throw .damaged(file: name, part: .checksums) }
    let sums = UnsafeRawBufferPointer(rebasing: mapping.bytes[Int(header.sumsOffset)...])
    guard key.checksum(sums) == header.sumOfSums else { throw .damaged(file: name, part: .checksums) }
    guard let persons = DirectoryTable(header.persons, in: mapping, end: header.sumsOffset),
      let documents = DirectoryTable(header.documents, in: mapping, end: header.sumsOffset)
    else { throw .damaged(file: name, part: .block(0)) }
    self.persons = persons
    self.documents = documents
  }

  /// The size of the file.
  package var byteCount: Int { mapping.bytes.count }
  /// The number of residents in the file.
  package var personCount: Int { persons.rowCount }
  /// The number of documents with a number of their own in the file.
  package var documentCount: Int { documents.rowCount }

  /// Compares every block with its checksum.
  ///
  /// - Throws: `DirectoryError.damaged` with the first block that differs.
  package func verify() throws(DirectoryError) {
    let sums = Int(header.sumsOffset)
    for block in 0..<header.blockCount {
      let start = DirectoryLimits.pageBytes + block * DirectoryLimits.blockBytes
      let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[start..<min(start + DirectoryLimits.blockBytes, sums)])
      let expected = UInt64(littleEndian: mapping.bytes.loadUnaligned(fromByteOffset: sums + block * 8, as: UInt64.self))
      guard key.checksum(bytes) == expected else { throw .damaged(file: name, part: .block(block)) }
    }
  }
}

extension DirectoryFile {
  /// Writes a file from rows in the order of their keys.
  ///
  /// A base leaves out documents whose holder's row does not name them.
  ///
  /// - Parameters:
  ///   - draft: What to write where; the file is complete and on the disk when the call returns.
  ///   - persons: The rows of the table of persons.
  ///   - documents: The rows of the table of documents.
  ///   - progress: Called now and then with the number of persons written.
  /// - Returns: The header that was written and the size of the file.
  /// - Throws: `DirectoryError.tooManyRows` or `.system`; what was written stays under the draft's name.
  static func write(
    _ draft: DirectoryDraft, persons: any RowSource, documents: any RowSource, progress: (Int) -> Void
  ) throws(DirectoryError) -> (header: DirectoryHeader, byteCount: Int) {
    let output = try DirectoryOutput(folder: draft.folder, name: draft.name, key: draft.key)
    var writer = try DirectoryTableWriter(output: output, heedsStatus: true)
    while let row = try persons.next() {
      // Deletions hide what lies below; a base has nothing below.
      guard draft.kind == .delta || row.status != DirectoryRow.deleted else { continue }
      try writer.append(row)
      if writer.rowCount & 0xFFFF == 0 { progress(writer.rowCount) }
    }
    progress(writer.rowCount)
    let personLayout = try writer.finish()
    let end = UInt64(output.offset)
    guard let holders = DirectoryTable(personLayout, in: try output.map(), end: end) else {
      throw .damaged(file: draft.name, part: .header)
    }
    writer = try DirectoryTableWriter(output: output, heedsStatus: false)
    while let row = try documents.next() {
      // In a delta it must stay, since it hides the row of another holder below.
      guard draft.kind == .delta || holders.row(of: row.link)?.link == row.key else { continue }
      try writer.append(row)
    }
    let header = DirectoryHeader(
      kind: draft.kind, version: draft.version, changesThrough: draft.changesThrough, persons: personLayout, documents: try writer.finish(),
      sumsOffset: 0,
      sumOfSums: 0)
    return (header, try output.finish(header))
  }
}

/// A file that is to be written.
struct DirectoryDraft {
  var folder: String
  var name: String
  var key: DirectoryFileKey
  var kind: DirectoryHeader.Kind
  var version: UInt64
  var changesThrough: Int64
}
