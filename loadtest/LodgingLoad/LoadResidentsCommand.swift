import ArgumentParser
import Foundation
import LodgingService
import LodgingStore

/// Builds the directory of residents of a new folder from a CSV file, and prints what that took.
struct LoadResidentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load-residents", abstract: "Measures the build of the directory of residents.",
    discussion: "Make the file with `lodging residents generate`. `prepare` takes the directory as it finds it.")

  @Option(help: "The folder to make it in, without residents.") var data: String
  @Option(help: "The file of residents.") var csv: String

  func run() throws {
    let folder = DataFolder(data)
    try folder.make()
    let keys = try FileKeyRing.openOrCreate(at: folder.keys)
    let directory = DirectoryFolder(path: folder.directory, key: keys.directoryKey)
    guard try ResidentReplica(folder: directory).version == 0 else { throw LoadError.failed("there are residents already") }
    let watch = ResidenceWatch()
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    let report = try ResidentLoader(directory: folder.directory, key: keys.directoryKey).load(csv)
    let phase = LoadPhase(events: report.rows, since: start, spent: spent)
    let most = try watch.end()
    guard let build = report.build, report.bad == 0 else {
      throw LoadError.miscount(what: "rows that cannot be loaded", expected: 0, counted: report.bad)
    }
    try Output.json(
      LoadResidentsResult(
        load: phase, rows: report.rows, persons: build.persons, documents: build.documents, readingSeconds: report.reading.seconds,
        writingSeconds: build.duration.seconds, peakOwnBytes: most, fileBytes: build.fileBytes, parts: DirectoryParts(try directory.sizes())
      ))
  }
}

/// What a build came to.
struct LoadResidentsResult: Encodable {
  var load: LoadPhase
  var rows: Int
  var persons: Int
  var documents: Int
  var readingSeconds: Double
  var writingSeconds: Double
  var peakOwnBytes: Int
  var fileBytes: Int
  var parts: DirectoryParts
}

/// What the parts of a directory take, in bytes.
struct DirectoryParts: Encodable {
  var exactMatch: Int, persons: Int, documentIndex: Int, documents: Int

  init(_ sizes: DirectorySizes) {
    (exactMatch, persons) = (sizes.exactMatch, sizes.persons)
    (documentIndex, documents) = (sizes.documentIndex, sizes.documents)
  }
}
