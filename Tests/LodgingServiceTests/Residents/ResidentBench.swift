import Foundation
import LodgingFiles
import LodgingStore
import LodgingTesting
import LodgingWire

@testable import LodgingService

/// A folder for the files of one test, removed with the last reference.
final class ResidentBench {
  let path: String
  let key: SipKey

  init() throws {
    var random = SeededGenerator(seed: 11)
    key = SipKey.random(using: &random)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("residents-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var directory: String { path + "/directory" }
  var csv: String { path + "/residents.csv" }
  var loader: ResidentLoader { ResidentLoader(directory: directory, key: key) }

  /// Loads rows; the header is added.
  @discardableResult
  func load(_ rows: String, options: ResidentLoader.Options = .init()) throws -> ResidentLoadReport {
    let text = "number,full_name,birth_date,sex,status,document_number,document_expiry\n" + rows
    return try loader.load(MemoryByteSource(Array(text.utf8)), options: options)
  }

  func lookup() throws -> ResidentLookup { try ResidentLookup(directory: directory, key: key) }

  /// Whether some bytes stand anywhere in the files of the directory.
  func directoryContains(_ text: String) throws -> Bool {
    try FileManager.default.contentsOfDirectory(atPath: directory).contains { name in
      try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")).range(of: Data(text.utf8)) != nil
    }
  }
}
