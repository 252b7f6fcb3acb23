import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingSynthetic

/// Makes a register without a ledger: keys, the directory of residents, and the evening's events in a file.
struct PrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "prepare", abstract: "Makes the data of a measurement.")

  @Option(help: "The folder to make it in.") var data: String
  @Option(help: "Rows of the directory of residents.") var residents = 1_000_000
  @Option(help: "Establishments.") var establishments = 82_000
  @Option(help: "Events of the evening.") var events = 1_000_000
  @Option(help: "Partitions of events and ledger.") var partitions = 64
  @Option(help: "What all is made from.") var seed: UInt64 = 1
  @Option(help: "How many days after the demo's evening it is; a cluster has the real time.") var days: Int64 = 0
  @Option(help: "Which evening of the same country it is: others have other stays; give --days for when.") var evening: UInt64 = 0
  @Flag(help: "Leaves identities readable.") var plain = false

  func run() throws {
    let folder = DataFolder(data)
    try folder.make()
    let keys = try FileKeyRing.openOrCreate(at: folder.keys)
    if try ResidentReplica(folder: DirectoryFolder(path: folder.directory, key: keys.directoryKey)).version == 0 {
      let file = try ResidentGenerator.namelessFile(rows: residents, seed: seed)
      defer { try? file.close() }
      // Linux opens the very file again by its descriptor's name.
      _ = try ResidentLoader(directory: folder.directory, key: keys.directoryKey).load("/proc/self/fd/\(file.fileDescriptor)")
    }
    let country = SyntheticCountry(
      seed: seed, residents: residents, establishments: establishments, catalogue: try UnitFiles.catalogue())
    let plan = DemoPlan(country: country, events: events, seed: seed &+ evening)
    var records = try EveningRecords(keys: keys, sealing: plain ? .plain : .sealed, days: days)
    var counts: [String: Int] = [:]
    for part in EventFile.Part.allCases {
      let items = part == .evening ? AnySequence(plan) : AnySequence(plan.establishmentEvents)
      var (arrivals, departures) = (0, 0)
      var writer = try EventFile.Writer(path: part.path(in: data))
      for item in items {
        if case .event(let event, _) = item.content {
          switch event.body {
          case .checkIn: arrivals += 1
          case .checkOut, .cancellation: departures += 1
          default: break
          }
        }
        let partition = EveningRecords.partition(of: item, among: partitions)
        try writer.append(try records.record(of: item), partition: partition, at: item.appended.adding(days: days))
      }
      try writer.close()
      counts[part.rawValue] = writer.records
      counts["stays_left_open"] = arrivals - departures
    }
    try Output.json(counts)
  }
}
