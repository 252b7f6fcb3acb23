import LodgingPipeline
import LodgingStore

/// Copies a cluster's topics into the log of a folder, with their offsets and append times, while everybody goes on working.
///
/// The copy is one moment of each partition. Where the ledger ends is asked first, of all partitions, and where the other topics end only
/// then: an event lies on its topic before it is decided, so whatever the copied ledger decides is among the copied events, or had left
/// the topic by retention. What retention removes while it is copied is let go of here too, with all before it, so that a partition never
/// has a hole that looks like a loss. Headers are left out: nothing is decided by them.
struct ClusterCopy {
  private let cluster: any EventLog
  private let copy: EmbeddedLog
  private let places: [(place: TopicPartition, held: LogBounds)]
  private let names: (Topic) -> String
  private var done = 0

  /// Copies what cannot be made anew into `folder`, as the log of a register.
  ///
  /// - Parameters:
  ///   - cluster: The cluster's log.
  ///   - partitions: Over how many partitions its ledger was begun.
  ///   - names: What topics are called on the cluster.
  ///   - folder: Where the log is made.
  ///   - clock: The clock.
  ///   - progress: Told how many records of how many are copied.
  /// - Throws: ``ServiceError/topicRefused(_:)`` where the ledger's first entries are gone, `LogError`, `LogOpenError`, and what `progress`
  ///   throws; what is there then is no copy.
  static func make(
    of cluster: any EventLog, partitions: Int, names: @escaping (Topic) -> String, in folder: String, clock: any PipelineClock,
    _ progress: (Int, Int) throws -> Void = { _, _ in }
  ) throws {
    let places = try places(of: cluster, partitions)
    let log = try EmbeddedLog(directory: folder, clock: clock, settings: LogSettings(partitions: partitions))
    var copy = ClusterCopy(cluster: cluster, copy: log, places: places, names: names)
    try copy.run(progress)
  }

  /// The partitions with what they held, the ledger's asked first.
  private static func places(of cluster: any EventLog, _ partitions: Int) throws -> [(place: TopicPartition, held: LogBounds)] {
    let parts = 0..<partitions
    let places =
      parts.map { TopicPartition(.ledger, $0) } + parts.map { TopicPartition(.events, $0) }
      + Self.singles.map { TopicPartition($0, 0) }
    return try places.map { ($0, try cluster.bounds(of: $0)) }
  }

  /// Topics of one partition that follow from nothing else.
  static let singles: [Topic] = [.residents, .access, .notices, .disclosures]

  /// Those of them that a log has: what an earlier version backed up lacks later ones.
  static func singles(in log: any EventLog) throws -> [Topic] { try singles.filter { try log.has($0) } }

  private init(
    cluster: any EventLog, copy: EmbeddedLog, places: [(place: TopicPartition, held: LogBounds)], names: @escaping (Topic) -> String
  ) {
    (self.cluster, self.copy, self.places, self.names) = (cluster, copy, places, names)
  }

  private mutating func run(_ progress: (Int, Int) throws -> Void) throws {
    for (place, held) in places where place.topic == .ledger && held.start > 0 {
      throw ServiceError.topicRefused(
        "\(names(.ledger))[\(place.partition)] begins at offset \(held.start): its first entries are gone, and without them no copy is a backup; "
          + "restore the topic from an earlier one")
    }
    let total = places.reduce(0) { $0 + Int($1.held.end - $1.held.start) }
    for (place, held) in places { try take(place, held) { try progress($0, total) } }
  }

  private mutating func take(_ place: TopicPartition, _ held: LogBounds, _ progress: (Int) throws -> Void) throws {
    var next = held.start
    var isEmpty = true
    while next < held.end {
      let from = next
      do {
        let (records, reached) = try cluster.copies(of: place, from: from, before: held.end)
        guard reached > from else { throw LogError.unavailable("\(place) ends at \(from), and ended at \(held.end) before") }
        try copy.takeOver(records, at: place)
        isEmpty = isEmpty && records.isEmpty
        next = reached
      } catch LogError.offsetOutOfRange(_, _, let now) where place.topic == .events && now.start > from {
        next = min(now.start, held.end)
        try copy.empty(place, to: next)
        isEmpty = true
      }
      done += Int(next - from)
      try progress(done)
    }
    if isEmpty, held.end > 0 { try copy.empty(place, to: held.end) }
  }
}
