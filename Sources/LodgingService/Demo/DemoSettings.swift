import Foundation

/// The numbers that a demo is made from; together with the program's version they decide its result.
package struct DemoSettings: Codable, Equatable, Sendable {
  /// Residents of the synthetic country.
  package var residents = 1_000_000
  /// Establishments over its communes.
  package var establishments = 82_000
  /// Events of the evening, duplicates and garbage included.
  package var events = 300_000
  /// What everything is drawn from.
  package var seed: UInt64 = 1

  /// The defaults: one evening of the whole country.
  package init() {}

  /// The settings in words.
  package var words: String { "\(residents) residents, \(establishments) establishments, \(events) events, seed \(seed)" }

  private static let fileName = "demo.json"

  /// Writes the settings of a new demo, or makes sure that those of the folder are the same.
  ///
  /// Throws ``ServiceError/otherDemo(_:)`` where they differ, ``ServiceError/unreadableFile(_:)`` where they cannot be read.
  func claim(_ folder: DataFolder) throws {
    let url = URL(fileURLWithPath: folder.path + "/" + Self.fileName)
    if let data = try? Data(contentsOf: url) {
      guard let held = try? JSONDecoder().decode(DemoSettings.self, from: data) else { throw ServiceError.unreadableFile(url.path) }
      guard held == self else { throw ServiceError.otherDemo(held.words) }
      return
    }
    guard try !folder.hasLog() else { throw ServiceError.otherDemo("something else") }
    try folder.make()
    try JSONEncoder().encode(self).write(to: url, options: .atomic)
  }
}
