import Foundation
import LodgingSynthetic

/// Writes what a demo is made from, for people who search the data folder for it or want to load it by hand.
package enum DemoInputFiles {
  /// Writes `names.txt`, `numbers.txt`, `residents.csv` and `establishments.csv` to a folder.
  package static func write(_ settings: DemoSettings, to path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let inputs = DemoInputs(Demo.plan(settings, catalogue: try UnitFiles.catalogue()))
    try write(path, "names.txt") { sink in try inputs.writeNames(to: sink) }
    try write(path, "numbers.txt") { sink in try inputs.writeNumbers(to: sink) }
    try write(path, "residents.csv") { sink in try inputs.writeResidents(to: sink) }
    try write(path, "establishments.csv") { sink in try inputs.writeEstablishments(to: sink) }
  }

  private static func write(_ folder: String, _ name: String, _ body: (([UInt8]) throws -> Void) throws -> Void) throws {
    let path = folder + "/" + name
    let url = URL(fileURLWithPath: path)
    try Data().write(to: url)
    let file = try FileHandle(forWritingTo: url)
    defer { try? file.close() }
    try body { try file.write(contentsOf: $0) }
  }
}
