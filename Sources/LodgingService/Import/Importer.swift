import LodgingDomain
import LodgingFiles
import LodgingPipeline
import LodgingStore

/// Imports a file: each row becomes a check-in, or the amendment of the stay that it is about, and gets its verdict.
///
/// Rows are sent in chunks, so a file of any length takes bounded memory, and an interrupted import can be run again: what was registered
/// is a duplicate. A file is read twice: of several rows about one stay, the last one is what holds in the end.
package struct Importer {
  private let register: Register
  private let options: ImportOptions

  /// Rows of one transaction.
  package static let chunkRows = 256

  /// Makes an importer.
  package init(_ register: Register, options: ImportOptions) {
    self.register = register
    self.options = options
  }

  /// Imports a file and hands out each row's verdict in the order of the file.
  ///
  /// - Returns: What was left out of the file and does no harm, a line in each language.
  /// - Throws: `ImportError` where the rest of the file cannot be read; the rows handed out before stand.
  @discardableResult
  package func run(_ path: String, onRow: (ImportRowResult) throws -> Void) throws -> [String] {
    let source = try FileByteSource(path: path)
    let now = register.clock.now
    func makeReader() throws(ImportError) -> ImportReader {
      try ImportReader(source, format: options.format, today: LocalZone.vietnam.date(at: now), name: path)
    }
    let reader = try makeReader()
    let drafter = RowDrafter(register, options: options, format: reader.format, now: now)
    let last = Self.lastRows(try makeReader(), drafter)
    let desk: any VerdictDesk = options.isDryRun ? try DryRunDesk(register) : try SendingDesk(register)
    defer { desk.close() }
    try desk.prepare()
    let refused = try RefusedRows(register, drafter: drafter, establishment: options.establishment)
    let chunks = ChunkImport(register: register, drafter: drafter, desk: desk)
    var chunk: [PendingRow] = []
    var subjects: Set<UInt64> = []
    func flush() throws {
      for result in try chunks.run(chunk) { try onRow(result) }
      chunk.removeAll()
      subjects.removeAll()
    }
    while let row = try next(reader, before: flush) {
      guard row.draft.problems.isEmpty else {
        chunk.append(.refused(refused.result(of: row)))
        if chunk.count >= Self.chunkRows { try flush() }
        continue
      }
      var drafted = drafter.draft(row)
      let subject = drafter.subject(of: row)
      drafted.isSuperseded = subject.flatMap { last[$0] }.map { $0 != row.row } ?? false
      // Two rows about one stay must not share a chunk: the second one amends what the first one registered.
      if chunk.count >= Self.chunkRows || subject.map(subjects.contains) == true { try flush() }
      if let subject { subjects.insert(subject) }
      chunk.append(.drafted(drafted))
    }
    try flush()
    return reader.remarks.flatMap { [$0.english, $0.vietnamese] }
  }

  /// The last row about each stay, as far as the file can be read.
  private static func lastRows(_ reader: ImportReader, _ drafter: RowDrafter) -> [UInt64: Int] {
    var last: [UInt64: Int] = [:]
    while let row = try? reader.next() {
      if row.draft.problems.isEmpty, let subject = drafter.subject(of: row) { last[subject] = row.row }
    }
    return last
  }

  /// The next row; what was read before a fault in the file is sent first.
  private func next(_ reader: ImportReader, before flush: () throws -> Void) throws -> ImportedRow? {
    do throws(ImportError) {
      return try reader.next()
    } catch {
      try flush()
      throw error
    }
  }
}
