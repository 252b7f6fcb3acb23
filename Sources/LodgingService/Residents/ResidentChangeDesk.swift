package import LodgingDomain
import LodgingFiles
import LodgingPipeline
import LodgingStore
import LodgingWire

/// Makes single changes of the directory of residents, which running processes take over within a second.
///
/// A change is a record of the topic `residents`; the next load builds it into the directory's files.
package struct ResidentChangeDesk {
  private let register: Register

  /// The most rows of one file; more of them are for a load.
  package static let rowsMax = 20_000

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// Adds or replaces the residents of a file in the form of `residents.csv`: all good rows in one transaction.
  ///
  /// Throws `ImportError` where the file cannot be read to its end, and ``ServiceError/badInput(_:)`` where it has too many rows; nothing
  /// is changed then.
  package func change(_ path: String) throws -> ResidentLoadOutput {
    let table = try ResidentTable(source: FileByteSource(path: path, limits: ResidentTable.limits))
    var fingerprints = DirectoryFingerprints(key: register.keys.directoryKey)
    var records: [NewRecord] = []
    var bad: [ResidentProblem] = []
    let totals = try table.read(
      onRow: { row in
        guard records.count < Self.rowsMax else {
          throw ServiceError.badInput("the file has more than \(Self.rowsMax) rows; use `lodging residents load`")
        }
        records.append(ResidentChange.put(ResidentLoader.entry(of: row, &fingerprints)).record)
      },
      onProblem: { if bad.count < ResidentLoader.Options().problemsMax { bad.append($0) } })
    try append(records)
    return ResidentLoadOutput(
      counts: .init(rows: totals.rows, loaded: totals.rows - totals.bad, bad: totals.bad), badRows: bad.map(ResidentLoadOutput.BadRow.init))
  }

  /// Takes a resident out of the directory; false where the number is not known.
  package func delete(_ number: PersonalNumber) throws -> Bool {
    var fingerprints = DirectoryFingerprints(key: register.keys.directoryKey)
    let key = fingerprints.rowKey(of: number)
    guard register.directory.record(of: key) != nil else { return false }
    try append([ResidentChange.delete(key: key).record])
    return true
  }

  private func append(_ records: [NewRecord]) throws {
    guard !records.isEmpty else { return }
    let appender = try register.log.makeAppender()
    try appender.submit(records, to: ResidentTopic.place, tag: 0)
    for acknowledgement in try appender.settle(1) {
      if case .failure(let error) = acknowledgement.result { throw ServiceError.appendFailed("\(error)") }
    }
    try register.refresh()
  }
}
