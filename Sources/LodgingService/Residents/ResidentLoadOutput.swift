package import LodgingDomain
import LodgingFiles
import LodgingStore

/// What `lodging residents load` says.
package struct ResidentLoadOutput: Sendable {
  /// The counts.
  package var counts: Counts
  /// The bad rows, as many as are listed.
  package var badRows: [BadRow]
  /// What could not be kept of what was loaded before, in English; nil where everything was.
  package var note: String?
  /// What is left to be done on other nodes, in English; nil where there are none.
  package var spread: String?

  /// Rows of the file, loaded and left out.
  package struct Counts: Encodable, Sendable {
    package var rows: Int
    package var loaded: Int
    package var bad: Int
  }

  /// A field of a row that was left out.
  package struct BadRow: Encodable, Sendable {
    package var row: Int
    package var field: String
    package var code: String
    /// What is wrong and what to do, in English.
    package var hint: String
    /// The same in Vietnamese.
    package var hintVietnamese: String

    enum CodingKeys: String, CodingKey {
      case row, field, code, hint
      case hintVietnamese = "hint_vi"
    }
  }

  /// Loads a file over what the directory and single changes hold; with `startingAnew`, residents that it does not have are taken out.
  ///
  /// Running processes of this folder take the new version over within a second. On a cluster each node has a folder of its own, and the topic
  /// `residents` is told which loads the others are to have too; ``spread`` says so. Where the residents that were loaded before cannot be
  /// read any more, those of the file take their place, with the single changes that the log holds; ``note`` says so.
  ///
  /// `progress` is told the bytes read, the size of the file and the rows so far. Throws what ``ResidentLoader`` throws, and what telling the
  /// topic throws: the residents are loaded here then, and the command is run again.
  package init(
    _ register: Register, file: String, startingAnew: Bool, progress: (_ bytes: Int, _ total: Int, _ rows: Int) -> Void
  ) throws {
    var options = ResidentLoader.Options()
    options.startingAnew = startingAnew
    options.spread = register.log.isEmbedded ? nil : startingAnew ? .replacing : .adding
    options.changes = { [log = register.log] position in
      startingAnew ? try ResidentOverlay(atEndOf: log) : try ResidentOverlay(of: log, from: position)
    }
    let loader = ResidentLoader(directory: register.folder.directory, key: register.keys.directoryKey)
    func load() throws -> ResidentLoadReport {
      try loader.load(file, options: options) {
        if case .reading(let rows, let bytes, let total) = $0 { progress(bytes, total, rows) }
      }
    }
    let report: ResidentLoadReport
    do {
      report = try load()
    } catch let fault as DirectoryError where fault.isLoss && !startingAnew {
      // The changes above are still those of a load that keeps what was there.
      options.startingAnew = true
      report = try load()
      note = "the residents that were loaded before cannot be read (\(fault)); only those of this file are in the directory now"
    }
    counts = Counts(rows: report.rows, loaded: report.loaded, bad: report.bad)
    badRows = report.problems.map(BadRow.init)
    try register.refresh()
    guard let number = report.number else { return }
    try register.directory.tellLoad(number, replacing: startingAnew, on: register.log)
    spread =
      "these residents are in \(register.folder.directory); every node that decides needs them in the directory/ of its own folder: load the "
      + "same file with its --data, or copy directory/ there while that node is down; one without any residents decides nothing until then"
  }

  init(counts: Counts, badRows: [BadRow]) {
    self.counts = counts
    self.badRows = badRows
  }
}

extension ResidentLoadOutput.BadRow {
  init(_ problem: ResidentProblem) {
    self.init(
      row: problem.row, field: problem.column.name, code: problem.code.name, hint: problem.hint.english,
      hintVietnamese: problem.hint.vietnamese)
  }
}

/// What `lodging residents lookup` says of a number.
package struct ResidentLookupOutput: Encodable, Sendable {
  package var found: Bool
  package var status: String?
  package var document: Bool?
  /// What to know of the answer, in English.
  package var note: String?

  /// Asks the directory; throws `DirectoryError` where it cannot be read.
  package init(_ register: Register, number: PersonalNumber) throws {
    if let fault = register.directory.fault { throw fault }
    var lookup = ResidentLookup(replica: register.directory, key: register.keys.directoryKey)
    let record = lookup.lookUp(number)
    found = record != nil
    status = record.map { "\($0.status)" }
    document = record?.hasDocument
    note = register.directory.version == 0 ? "no residents are loaded" : nil
  }
}
