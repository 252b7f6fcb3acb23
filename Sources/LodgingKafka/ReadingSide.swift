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
  let arrivals = Arrivals()

  init(_ configuration: KafkaLogConfiguration) throws(LogError) {
    self.configuration = configuration
    do {
      asking = try KafkaConnection(configuration.looker, log: configuration.log)
      fetching = try KafkaConnection(configuration.reader, log: configuration.log)
    } catch {
      throw .fatal("\(error)")
    }
  }
}
