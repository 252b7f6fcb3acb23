internal import Foundation

/// The few of librdkafka's statistics that say how a client fares; its STATISTICS.md explains them.
///
/// Times are in microseconds, counts since the client began unless said otherwise. Nothing here comes from a record.
package struct KafkaStatistics: Sendable, Equatable {
  /// A broker that the client has heard of.
  package struct Broker: Sendable, Equatable {
    /// `host:port/id`.
    package var name: String
    /// Whether the connection stands.
    package var isUp: Bool
    /// Requests that failed while they were sent.
    package var sendErrors: Int
    /// Answers that could not be read.
    package var receiveErrors: Int
    /// Requests that got no answer in time.
    package var timeouts: Int
    /// From a request to its answer, the 99th of a hundred of the last interval; 0 where there was none.
    package var roundTripP99: Int
  }

  /// A partition that the client reads or writes.
  package struct Partition: Sendable, Equatable {
    /// Which.
    package var partition: KafkaPartition
    /// Records fetched ahead of the reader, or waiting to be sent.
    package var queued: Int
  }

  /// The client's own name.
  package var client: String
  /// Records that a producer holds.
  package var queuedRecords: Int
  /// Brokers by name.
  package var brokers: [Broker]
  /// Partitions in order.
  package var partitions: [Partition]
  /// How often the group shared out anew; nil without a group.
  package var rebalances: Int?

  /// Reads librdkafka's text; nil where it is not of the form that this reader knows.
  package init?(json: String) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let source = try? decoder.decode(Source.self, from: Data(json.utf8)) else { return nil }
    client = source.name
    queuedRecords = source.msgCnt
    // The brokers of `bootstrap.servers` are met again under their own ids.
    brokers = source.brokers.values.filter { $0.nodeid >= 0 }.map(Broker.init).sorted { $0.name < $1.name }
    // Partition −1 holds what is not assigned to one yet.
    partitions = source.topics.values.flatMap { topic in
      topic.partitions.values.filter { $0.partition >= 0 }.map { Partition($0, of: topic.topic) }
    }.sorted { ($0.partition.topic, $0.partition.number) < ($1.partition.topic, $1.partition.number) }
    rebalances = source.cgrp?.rebalanceCnt
  }
}

extension KafkaStatistics {
  // The names are librdkafka's own, with humps instead of underscores.
  fileprivate struct Source: Decodable {
    struct Window: Decodable {
      var p99: Int
    }

    struct Broker: Decodable {
      var name: String
      var nodeid: Int
      var state: String
      var txerrs: Int
      var rxerrs: Int
      var reqTimeouts: Int
      var rtt: Window
    }

    struct Partition: Decodable {
      var partition: Int32
      var msgqCnt: Int
      var xmitMsgqCnt: Int
      var fetchqCnt: Int
    }

    struct Topic: Decodable {
      var topic: String
      var partitions: [String: Partition]
    }

    struct Group: Decodable {
      var rebalanceCnt: Int
    }

    var name: String
    var msgCnt: Int
    var brokers: [String: Broker]
    var topics: [String: Topic]
    var cgrp: Group?
  }
}

extension KafkaStatistics.Broker {
  fileprivate init(_ source: KafkaStatistics.Source.Broker) {
    name = source.name
    isUp = source.state == "UP"
    sendErrors = source.txerrs
    receiveErrors = source.rxerrs
    timeouts = source.reqTimeouts
    roundTripP99 = source.rtt.p99
  }
}

extension KafkaStatistics.Partition {
  fileprivate init(_ source: KafkaStatistics.Source.Partition, of topic: String) {
    partition = KafkaPartition(topic: topic, number: source.partition)
    queued = source.fetchqCnt + source.msgqCnt + source.xmitMsgqCnt
  }
}
