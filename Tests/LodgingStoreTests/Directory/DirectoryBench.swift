import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

@testable import LodgingStore

/// A folder for one test, removed with the last reference, and residents made of random fingerprints.
final class DirectoryBench {
  let path: String
  let key: SipKey

  init(seed: UInt64 = 1) throws {
    var generator = SeededGenerator(seed: seed)
    key = SipKey.random(using: &generator)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("directory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var folder: DirectoryFolder { DirectoryFolder(path: path, key: key) }

  /// The files of residents in the folder.
  var files: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasPrefix("residents-") }.sorted()
  }

  /// Loads residents as one version.
  @discardableResult
  func load(_ entries: [DirectoryEntry], startingAnew: Bool = false, deltaRowsMax: Int = .max, overlay: ResidentOverlay? = nil) throws
    -> DirectoryBuild
  {
    let builder = try DirectoryBuilder(folder: folder, startingAnew: startingAnew, deltaRowsMax: deltaRowsMax)
    if let overlay { try builder.add(overlay) }
    for entry in entries { try builder.add(entry) }
    return try builder.finish(changesThrough: overlay?.position)
  }

  /// The path of the file that came with a version.
  func file(version: UInt64) -> String { "\(path)/\(DirectoryFolder.fileName(version: version))" }

  /// A person of random fingerprints.
  static func person(_ random: inout SeededGenerator) -> PersonFingerprints {
    var person = PersonFingerprints()
    person.exactName = UInt32(truncatingIfNeeded: random.next()) | 1
    person.foldedName = UInt32(truncatingIfNeeded: random.next()) | 1
    person.sortedName = UInt32(truncatingIfNeeded: random.next()) | 1
    person.words.0 = UInt16(truncatingIfNeeded: random.next()) | 1
    person.words.1 = UInt16(truncatingIfNeeded: random.next()) | 1
    person.words.2 = UInt16(truncatingIfNeeded: random.next()) | 1
    person.birthDay = UInt16(truncatingIfNeeded: random.next()) | 1
    person.birthMonth = UInt16(truncatingIfNeeded: random.next()) | 1
    person.birthYear = UInt16(truncatingIfNeeded: random.next()) | 1
    person.sex = UInt16(truncatingIfNeeded: random.next()) | 1
    return person
  }

  /// A resident of random fingerprints; every fourth has a document.
  static func entry(_ random: inout SeededGenerator, key: UInt64? = nil) -> DirectoryEntry {
    let statuses = ResidentStatus.allCases
    return DirectoryEntry(
      key: key ?? random.next() | 1, person: person(&random), status: statuses[random.below(statuses.count)],
      document: random.below(4) == 0 ? DirectoryEntry.Document(key: random.next() | 1, person: person(&random)) : nil)
  }

  static func entries(_ count: Int, seed: UInt64) -> [DirectoryEntry] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in entry(&random) }
  }
}

extension DirectoryEntry {
  /// A question in which everything matches.
  var question: ResidentQuestion { ResidentQuestion(by: .personalNumber, key: key, person: person) }

  /// The same by document.
  var documentQuestion: ResidentQuestion? {
    document.map { ResidentQuestion(by: .documentNumber, key: $0.key, person: $0.person) }
  }

  /// What the police should see for a question in which everything matches.
  var expected: CodeSet { status.flag.map { CodeSet($0) } ?? [] }
}

extension ResidentReplica {
  /// The codes for some questions.
  func codes(_ questions: [ResidentQuestion]) -> [CodeSet] {
    var answers: [ResidentAnswer] = []
    _ = lookUp(questions, into: &answers)
    return answers.map(\.codes)
  }
}
