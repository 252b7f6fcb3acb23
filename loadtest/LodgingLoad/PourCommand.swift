import ArgumentParser
import Foundation
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingService
import LodgingStore

/// Appends the prepared records to a log as fast as it takes them, and prints what that cost, so that whoever pours is known not to be what
/// holds a measurement back.
struct PourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pour", abstract: "Appends the prepared events to a log.")

  @OptionGroup var place: LoadPlace
  @Option(help: "Which part: establishments, evening.") var part: EventFile.Part

  private static let recordsInBatch = 512

  func run() throws {
    let log = try place.log()
    if part == .establishments {
      let keys = try FileKeyRing(opening: DataFolder(place.data).keys)
      _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: SystemClock().now)
    }
    let appender = try log.makeAppender()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: part.path(in: place.data)), options: .alwaysMapped)
    var batches: [Int: [NewRecord]] = [:]
    var (poured, open) = (0, 0)
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    func submit(_ records: [NewRecord], to partition: Int) throws {
      try appender.submit(records, to: TopicPartition(.events, partition), tag: 0)
      open += 1
      if open == LogLimits.submissionsInFlightMax / 2 { poured += try settle(appender, &open) }
    }
    try bytes.withUnsafeBytes { bytes in
      try EventFile.forEach(in: bytes) { place in
        batches[place.partition, default: []].append(
          NewRecord(key: place.key.map { Array(bytes[$0]) }, value: place.value.map { Array(bytes[$0]) }))
        guard let batch = batches[place.partition], batch.count == Self.recordsInBatch else { return }
        batches[place.partition] = nil
        try submit(batch, to: place.partition)
      }
    }
    for (partition, batch) in batches { try submit(batch, to: partition) }
    poured += try settle(appender, &open)
    let result = LoadPhase(events: poured, since: start, spent: spent)
    try Output.json(result)
  }

  private func settle(_ appender: any LogAppender, _ open: inout Int) throws -> Int {
    var landed = 0
    while open > 0 {
      for acknowledgement in try appender.acknowledgements(timeout: .seconds(60)) {
        landed += try acknowledgement.result.get().count
        open -= 1
      }
    }
    return landed
  }
}

extension EventFile.Part: ExpressibleByArgument {}
