import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingSynthetic
import LodgingWire

/// Looks random residents up in batches, all of whom are there and match, and prints how many a second.
struct LookUpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "look-up", abstract: "Measures look-ups in the directory of residents.")

  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "Rows that it was prepared with.") var residents: Int
  @Option(help: "What it was made from.") var seed: UInt64 = 1
  @Option(help: "Look-ups of one batch.") var batch = 4096
  @Option(help: "Look-ups in all; the questions are made beforehand.") var lookUps = 4_000_000

  func run() throws {
    let folder = DataFolder(data)
    let keys = try FileKeyRing(opening: folder.keys)
    let directory = try ResidentReplica(folder: DirectoryFolder(path: folder.directory, key: keys.directoryKey))
    let people = SyntheticPeople(seed: seed, count: residents)
    var fingerprints = DirectoryFingerprints(key: keys.directoryKey)
    var random = SyntheticRandom(seed: seed, stream: "look-up", index: 0)
    var batches: [[ResidentQuestion]] = []
    while batches.count * batch < lookUps {
      batches.append(try (0..<batch).map { _ in try question(about: people.person(at: random.below(residents)), &fingerprints) })
    }
    var answers: [ResidentAnswer] = []
    var unknown = 0
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    for questions in batches {
      _ = directory.lookUp(questions, into: &answers)
      unknown += answers.count { $0.codes.contains(.directoryUnknownNumber) }
    }
    let phase = LoadPhase(events: batches.count * batch, since: start, spent: spent)
    guard unknown == 0 else { throw LoadError.miscount(what: "residents unknown", expected: 0, counted: unknown) }
    try Output.json(
      LookUpResult(lookUps: phase, batch: batch, residents: directory.counts.base, directoryBytes: directory.counts.fileBytes))
  }

  private func question(about person: SyntheticResident, _ fingerprints: inout DirectoryFingerprints) throws -> ResidentQuestion {
    let row = fingerprints.rowKey(of: try PersonalNumber(person.number))
    let declared = fingerprints.person(row: row, name: person.fullName, birthDate: person.birthDate, sex: person.sex)
    return ResidentQuestion(by: .personalNumber, key: row, person: declared)
  }
}

/// What looking up came to.
struct LookUpResult: Encodable {
  var lookUps: LoadPhase
  var batch: Int
  var residents: Int
  var directoryBytes: Int
}
