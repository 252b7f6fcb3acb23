import LodgingPipeline
import LodgingSynthetic

/// Sends the evening's items to the events log in order.
///
/// A chunk is one transaction of a fixed part of the stream, so an interrupted producer goes on behind the last chunk and never sends
/// anything twice.
struct DemoProducer {
  private let register: Register
  private let plan: DemoPlan
  private let clock: SimulatedClock
  private let appender: any LogAppender
  private var records: EveningRecords

  /// Records of one transaction.
  static let chunkRecords = LogLimits.submissionsInFlightMax

  init(_ register: Register, plan: DemoPlan, clock: SimulatedClock) throws {
    self.register = register
    self.plan = plan
    self.clock = clock
    appender = try register.log.makeAppender()
    records = try EveningRecords(keys: register.keys)
  }

  /// Items of a plan: establishments, the evening, and a closing tick for each partition.
  static func total(of plan: DemoPlan, partitions: Int) -> Int {
    plan.establishmentEvents.reduce(0) { count, _ in count + 1 } + plan.count + partitions
  }

  /// Sends everything behind the first `done` items; `progress` is told the number of items sent in all.
  ///
  /// Sends nothing where the evening's key is destroyed: nobody could open what is sealed to it.
  mutating func run(done: Int, progress: (Int) -> Void) throws {
    guard !records.isOver else { return }
    var place = 0
    var inChunk = 0
    for item in plan.establishmentEvents {
      try send(item, place: &place, done: done, inChunk: &inChunk, progress: progress)
    }
    for item in plan {
      try send(item, place: &place, done: done, inChunk: &inChunk, progress: progress)
    }
    try settle(place, progress)
    guard place + register.log.partitionCount > done else { return }
    // One submission a partition in one transaction, so that all of them stand at the same ledger time.
    clock.move(to: EveningClock.end)
    for partition in 0..<register.log.partitionCount {
      try appender.submit([ValidatorLoop.tick], to: TopicPartition(.events, partition), tag: 0)
    }
    try settle(place + register.log.partitionCount, progress)
  }

  private mutating func send(
    _ item: DemoItem, place: inout Int, done: Int, inChunk: inout Int, progress: (Int) -> Void
  ) throws {
    place += 1
    guard place > done else { return }
    clock.move(to: item.appended)
    let partition = EveningRecords.partition(of: item, among: register.log.partitionCount)
    try appender.submit([try records.record(of: item)], to: TopicPartition(.events, partition), tag: 0)
    inChunk += 1
    guard inChunk == Self.chunkRecords else { return }
    inChunk = 0
    try settle(place, progress)
  }

  private func settle(_ place: Int, _ progress: (Int) -> Void) throws {
    for acknowledgement in try appender.acknowledgements(timeout: .seconds(60)) {
      if case .failure(let error) = acknowledgement.result { throw ServiceError.appendFailed("\(error)") }
    }
    progress(place)
  }
}
