internal import KafkaClient

/// How one of a log's connections to the cluster fares, for metrics.
///
/// Counts are since the connection was made; nothing here comes from a record.
package struct ConnectionFigures: Sendable, Equatable {
  /// What a connection is for.
  package enum Kind: String, Sendable, CaseIterable {
    /// Fetches ahead of readers.
    case reader
    /// Asks, and looks at single records.
    case looker
    /// Appends.
    case producer
    /// Keeps a place in a group.
    case member
  }

  /// A broker as the connection sees it.
  package struct Broker: Sendable, Equatable {
    /// `host:port/id`.
    package var name: String
    /// Whether the connection stands.
    package var isUp: Bool
    /// Requests that could not be sent, and answers that could not be read.
    package var errors: Int
    /// Requests that got no answer in time.
    package var timeouts: Int
    /// From a request to its answer: the 99th of a hundred of the last seconds, in microseconds.
    package var roundTripP99: Int
  }

  /// The connection's name, which no other one of the process has.
  package var name: String
  /// What the connection is for.
  package var kind: Kind
  /// Records that wait: to be sent where it produces, to be read where it fetches.
  package var queuedRecords: Int
  /// The brokers that it has heard of.
  package var brokers: [Broker]
  /// How often the group shared out anew; nil where there is no group.
  package var rebalances: Int?
}

extension ConnectionFigures {
  init(_ kind: Kind, _ statistics: KafkaStatistics) {
    name = statistics.client
    self.kind = kind
    queuedRecords = max(statistics.queuedRecords, statistics.partitions.reduce(0) { $0 + $1.queued })
    brokers = statistics.brokers.map {
      Broker(
        name: $0.name, isUp: $0.isUp, errors: $0.sendErrors + $0.receiveErrors, timeouts: $0.timeouts, roundTripP99: $0.roundTripP99)
    }
    rebalances = kind == .member ? statistics.rebalances : nil
  }
}
