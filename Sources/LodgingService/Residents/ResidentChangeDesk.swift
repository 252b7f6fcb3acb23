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
  /// Throws `ImportError` where the file cannot be read to its end, ``ServiceError/badInput(_:)`` where it has too many rows, and
  /// ``ServiceError/residentsMissing(_:)`` where no residents were loaded anywhere on a cluster that the change could be one of; nothing is
  /// changed then.
  package func change(_ path: String) throws -> ResidentLoadOutput {
    try checkLoaded()
    let table = try ResidentTable(source: FileByteSource(path: path, limits: ResidentTable.limits))
    var fingerprints = DirectoryFingerprints(key: register.keys.directoryKey)
    var records: [NewRecord] = []
    var bad: [ResidentProblem] = []
    let totals = try table.read(
      onRow: { row in
        guard records.count < Self.rowsMax else {
          throw ServiceError.badInput("the file has more than \(Self.rowsMax) rows; use `lodging residents load`")
        }
        records.append(ResidentChange.put(DirectoryEntry(row.details, name: row.fullName, &fingerprints)).record)
      },
      onProblem: { if bad.count < ResidentLoader.Options().problemsMax { bad.append($0) } })
    try append(records)
    return ResidentLoadOutput(
      counts: .init(rows: totals.rows, loaded: totals.rows - totals.bad, bad: totals.bad), badRows: bad.map(ResidentLoadOutput.BadRow.init))
  }

  /// Takes a resident out of the directory; false where the number is not known.
  ///
  /// Throws ``ServiceError/residentsMissing(_:)`` where this folder of a cluster has no residents, and so cannot say who is known.
  package func delete(_ number: PersonalNumber) throws -> Bool {
    try checkLoaded()
    guard register.log.isEmbedded || register.directory.hasFiles else {
      throw ServiceError.residentsMissing(
        "\(register.folder.directory) holds no residents, so whether the number is known cannot be said here; give --data of a folder that "
          + "residents were loaded into")
    }
    var fingerprints = DirectoryFingerprints(key: register.keys.directoryKey)
    let key = fingerprints.rowKey(of: number)
    guard register.directory.record(of: key) != nil else { return false }
    try append([ResidentChange.delete(key: key).record])
    return true
  }

  /// A few residents without the others that they were changed among would make everybody else unknown.
  private func checkLoaded() throws {
    guard !register.log.isEmbedded, !register.directory.hasFiles, register.directory.loads.due.isEmpty else { return }
    throw ServiceError.residentsMissing(
      "no residents were loaded, neither into \(register.folder.directory) nor, as far as the topic says, into another folder: a change of a "
        + "few would be of nobody's directory; run `lodging residents load FILE` with the --data of each node that decides first")
  }

  private func append(_ records: [NewRecord]) throws {
    guard !records.isEmpty else { return }
    try register.log.append(records, to: ResidentTopic.place)
    try register.refresh()
  }
}
