package import LodgingPipeline

/// The register's topics, and how each must be set up.
///
/// `events` and the chains' own topics are kept for some days, the ledger and what was told once for good, and of the rest the last record of
/// each key. Only the last kind is compacted: compaction would cut the ledger's chain and lose events of one establishment.
package struct TopicPlan: Sendable, Equatable {
  /// How long the records of a topic are kept.
  package enum Keeping: Sendable, Equatable {
    /// Until they are decided, and then some days.
    case days
    /// For good.
    case forever
    /// The last record of each key; one without a value deletes it.
    case lastOfKey
  }

  /// The number of partitions of events and ledger.
  package var partitions = 64
  /// How many copies of each partition there are.
  package var replicas = 3
  /// How many days events are kept at least: longer than a validator may ever stand still, and than a sender may be offline.
  package var eventDays = 14
  /// The principals of chains that write to topics of their own.
  package var chains: [String] = []
  /// Whether the producer's time is taken where a topic has no log-append time; for tests on the mock cluster alone.
  package var allowsCreateTime = false

  /// A plan of defaults.
  package init() {}

  /// The largest batch that a topic takes: larger than any record, so that a batch is not refused as a whole.
  package static let batchBytesMax: Int64 = 2 * 1024 * 1024

  /// How many days a compacted topic keeps the records that delete a key, at the least.
  ///
  /// Whoever reads on after them has what they deleted for good. Nodes read changes of residents on from the position of the load that they
  /// stand on, so it is longer than a year, within which residents are loaded anew; brokers keep them for a day by themselves.
  package static let deletionDays: Int64 = 400

  /// How many partitions the topics have that hold the last record of many keys.
  private static let sharedPartitions = 8

  /// The specification of every topic, events and ledger first; `name` gives a topic's name on the cluster.
  package func topics(name: (Topic) -> String) -> [TopicSpecification] {
    let refusals = chains.map(Topic.refusals)
    let chains = chains.map(Topic.ingress)
    return Self.vitalTopics.map { specification($0, name($0), partitions, $0 == .ledger ? .forever : .days) }
      + chains.map { specification($0, name($0), partitions, .days) } + refusals.map { specification($0, name($0), 1, .days) }
      + Self.shared.map { specification($0, name($0), Self.sharedPartitions, .lastOfKey) }
      + Self.single.map { specification($0.topic, name($0.topic), 1, $0.keeping) }
  }

  /// The topics without which nothing is decided.
  package static let vitalTopics: [Topic] = [.events, .ledger]

  private static let shared: [Topic] = [.occupancy, .alerts]
  private static let single: [(topic: Topic, keeping: Keeping)] = [
    (Topic("alert-actions"), .forever), (.notices, .forever), (.residents, .lastOfKey), (.access, .lastOfKey),
    (Topic("keys"), .lastOfKey), (Topic("outages"), .forever), (Topic("checkpoints"), .forever), (.disclosures, .forever),
  ]

  private func specification(_ topic: Topic, _ name: String, _ partitions: Int, _ keeping: Keeping) -> TopicSpecification {
    var settings: [String: TopicRequirement] = [
      "max.message.bytes": .atLeast(Self.batchBytesMax),
      "min.insync.replicas": .atLeast(Int64(max(1, replicas - 1))),
      "unclean.leader.election.enable": .exactly("false"),
    ]
    if !allowsCreateTime { settings["message.timestamp.type"] = .exactly("LogAppendTime") }
    switch keeping {
    case .days:
      settings["cleanup.policy"] = .exactly("delete")
      settings["retention.ms"] = .lasting(Int64(eventDays) * 86_400_000)
      settings["retention.bytes"] = .exactly("-1")
    case .forever:
      settings["cleanup.policy"] = .exactly("delete")
      settings["retention.ms"] = .exactly("-1")
      settings["retention.bytes"] = .exactly("-1")
    case .lastOfKey:
      settings["cleanup.policy"] = .exactly("compact")
      settings["delete.retention.ms"] = .atLeast(Self.deletionDays * 86_400_000)
    }
    let isVital = Self.vitalTopics.contains(topic)
    return TopicSpecification(
      topic: topic, name: name, partitions: partitions, replicas: replicas, settings: settings,
      vital: isVital ? ["cleanup.policy", "message.timestamp.type"] : [])
  }
}
