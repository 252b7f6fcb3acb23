package import LodgingDomain
package import LodgingFiles
package import LodgingStore
package import LodgingWire

/// Loads `residents.csv` into the resident directory: reads, fingerprints, sorts, writes and puts in force.
///
/// Bad rows are left out and reported; the others replace residents of the same number. Where the file cannot be read to its end nothing
/// is loaded, and where no row is good the directory stays as it is. Memory stays within about a hundred megabytes, whatever the length
/// of the file.
package struct ResidentLoader {
  /// How a load is done.
  package struct Options: Sendable {
    /// Whether residents that the file does not have are taken out of the directory.
    package var startingAnew = false
    /// The most problems that are reported one by one; all are counted.
    package var problemsMax = 1000
    /// Says which changes of the topic `residents` no file holds yet, from the offset up to which the present version holds them; they
    /// are built in below the rows of the file.
    ///
    /// It is asked once nobody else can load any more.
    package var changes: (@Sendable (Int64) throws -> ResidentOverlay)?
    /// What the load is to the other nodes of a cluster, which are to have it too; nil where there are none.
    package var spread: Spread?

    /// The options that a command has by default.
    package init() {}
  }

  /// What a load of one node is to the others.
  package enum Spread: Sendable {
    /// They are to have it beside what they have.
    case adding
    /// They are to have it in the place of all that was loaded before.
    case replacing
  }

  /// What a load is doing.
  package enum Progress: Hashable, Sendable {
    /// Reading: rows and bytes so far, and the size of the file.
    case reading(rows: Int, bytes: Int, of: Int)
    /// Writing: residents so far; the number to come is known roughly.
    case writing(residents: Int)
  }

  private let folder: DirectoryFolder
  private let key: SipKey

  /// Makes a loader.
  ///
  /// - Parameters:
  ///   - directory: The folder of the directory.
  ///   - key: The directory's key.
  package init(directory: String, key: SipKey) {
    folder = DirectoryFolder(path: directory, key: key)
    self.key = key
  }

  /// Loads a file.
  ///
  /// - Parameters:
  ///   - path: The file, or a pipe.
  ///   - options: How.
  ///   - progress: Called now and then, on the caller's thread.
  /// - Returns: The counts, the problems and what was built.
  /// - Throws: `ImportError` for the file, `DirectoryError` for the directory; both leave the directory as it was.
  package func load(
    _ path: String, options: Options = Options(), progress: (Progress) -> Void = { _ in }
  ) throws -> ResidentLoadReport {
    try load(FileByteSource(path: path, limits: ResidentTable.limits), options: options, progress: progress)
  }

  /// Loads what a source gives, in the same way.
  package func load(
    _ source: any ByteSource, options: Options = Options(), progress: (Progress) -> Void = { _ in }
  ) throws -> ResidentLoadReport {
    let started = ContinuousClock.now
    let table = try ResidentTable(source: source)
    let builder = try DirectoryBuilder(folder: folder, startingAnew: options.startingAnew)
    let overlay = try options.changes?(builder.changesThrough)
    if let overlay { try builder.add(overlay) }
    var report = ResidentLoadReport()
    var number = ResidentLoadNumber()
    let line = EntryLine(key: key) { entry in
      if options.spread != nil { number.add(entry) }
      try builder.add(entry)
    }
    let totals = try table.read(
      onRow: { try line.add($0) },
      onProblem: { report.note($0, max: options.problemsMax) },
      onProgress: { progress(.reading(rows: $0.rows, bytes: $0.bytes, of: table.byteCount)) })
    try line.finish()
    report.rows = totals.rows
    report.bad = totals.bad
    report.reading = ContinuousClock.now - started
    guard report.loaded > 0 else { return report }
    let loads = options.spread.map { spread in
      var loads = builder.loads
      if let due = overlay?.loadsDue { loads.due = due }
      loads.add(number.value, replacing: spread == .replacing)
      return loads
    }
    report.build = try builder.finish(changesThrough: overlay?.position, loads: loads) { progress(.writing(residents: $0)) }
    report.number = loads == nil ? nil : number.value
    return report
  }
}

/// What came of a load.
package struct ResidentLoadReport: Hashable, Sendable {
  /// Data rows of the file.
  package var rows = 0
  /// Rows with a problem, which were left out.
  package var bad = 0
  /// The first problems, in the order of the file.
  package var problems: [ResidentProblem] = []
  /// How many problems there are of each code, those included that are not listed.
  package var problemCounts: [Code: Int] = [:]
  /// What was built; nil where no row was good.
  package var build: DirectoryBuild?
  /// The load's number, by which the other nodes know whether they have it too; nil where there are none.
  package var number: UInt64?
  /// How long reading and fingerprinting took.
  package var reading = Duration.zero

  /// Good rows; of those with the same number the last one counts, see `DirectoryBuild.duplicates`.
  package var loaded: Int { rows - bad }

  fileprivate mutating func note(_ problem: ResidentProblem, max: Int) {
    problemCounts[problem.code, default: 0] += 1
    if problems.count < max { problems.append(problem) }
  }
}
