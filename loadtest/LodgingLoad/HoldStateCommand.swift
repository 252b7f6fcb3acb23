import ArgumentParser
import Foundation
import LodgingDomain
import LodgingWire

/// Holds the states of all partitions of a country as a validator does that owns all of them, and prints what memory they take.
///
/// States are made by applying events in their order; with `--restored` each is written as a snapshot and read again, as after a start.
struct HoldStateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold-state", abstract: "Measures the memory of a whole country's state.",
    discussion: "The directory, the log and what a step stages are not in it.")

  @Option(help: "Partitions.") var partitions = 64
  @Option(help: "Establishments.") var establishments = 82_000
  @Option(help: "Stays that are open.") var stays = 5_000_000
  @Option(help: "Ids that are remembered, those of establishments and stays among them.") var ids = 21_000_000
  @Flag(help: "Reads each state from its snapshot.") var restored = false

  func validate() throws {
    guard partitions > 0, establishments >= partitions, ids >= establishments + stays else {
      throw ValidationError("every partition needs an establishment, and every establishment and stay takes an id")
    }
  }

  func run() throws {
    let before = ProcessResidence.ownBytes
    let watch = ResidenceWatch()
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    var states: [PartitionState] = []
    var snapshotBytes = 0
    for partition in 0..<partitions {
      var filler = try StateFiller(
        StateFiller.Plan(
          partition: partition, establishments: share(establishments, partition), stays: share(stays, partition), ids: share(ids, partition)
        ))
      try filler.fill()
      guard restored else {
        states.append(filler.state)
        continue
      }
      let bytes = SnapshotCodec.encode(filler.state)
      snapshotBytes += bytes.count
      states.append(try SnapshotCodec.decode(bytes))
    }
    let phase = LoadPhase(events: ids, since: start, spent: spent)
    let (held, most) = (ProcessResidence.ownBytes - before, try watch.end())
    let found = states.reduce(into: (houses: 0, stays: 0, ids: 0)) {
      $0 = ($0.houses + $1.establishments.count, $0.stays + $1.openStays, $0.ids + $1.registrations.count)
    }
    for (what, expected, counted) in [
      ("establishments", establishments, found.houses), ("open stays", stays, found.stays), ("ids", ids, found.ids),
    ] where expected != counted {
      throw LoadError.miscount(what: what, expected: expected, counted: counted)
    }
    try Output.json(
      HeldState(
        establishments: found.houses, openStays: found.stays, ids: found.ids, heldBytes: held, peakBytes: most,
        snapshotBytes: restored ? snapshotBytes : nil, filling: phase))
  }

  /// What a partition has of so many.
  private func share(_ count: Int, _ partition: Int) -> Int { count / partitions + (partition < count % partitions ? 1 : 0) }
}

/// What a state takes.
struct HeldState: Encodable {
  var establishments: Int
  var openStays: Int
  var ids: Int
  /// The process's own memory with everything held, less what it had before.
  var heldBytes: Int
  /// The most while it was made.
  var peakBytes: Int
  var snapshotBytes: Int?
  var filling: LoadPhase
}
