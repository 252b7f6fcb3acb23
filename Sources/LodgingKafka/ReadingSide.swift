internal import KafkaClient
internal import LodgingPipeline

/// What all readers of a log share.
struct ReadingSide: Sendable {
  let configuration: KafkaLogConfiguration
  /// Answers questions for partitions and offsets, and looks at single records; never waits behind a fetch at a partition's end.
  let asking: KafkaConnection
  /// Fetches the partitions that are read.
  let fetching: KafkaConnection
  /// Told when something was fetched.
  let arrivals: Arrivals

  /// Connects in the background.
  init(_ configuration: KafkaLogConfiguration) throws(LogError) {
    try self.init(configuration, reader: configuration.reader, Arrivals())
  }

  /// The same for topics that others' producers write; whoever waits for records waits for both.
  init(_ configuration: KafkaLogConfiguration, beside side: ReadingSide) throws(LogError) {
    try self.init(configuration, reader: configuration.othersReader, side.arrivals)
  }

  private init(_ configuration: KafkaLogConfiguration, reader: KafkaConfiguration, _ arrivals: Arrivals) throws(LogError) {
    self.configuration = configuration
    self.arrivals = arrivals
    do {
      asking = try KafkaConnection(configuration.looker(for: reader), log: configuration.log)
      fetching = try KafkaConnection(reader, log: configuration.log)
    } catch {
      throw .fatal("\(error)")
    }
  }
}
