internal import KafkaClient
package import LodgingPipeline

/// How the log finds its cluster and what it asks of it.
package struct KafkaLogConfiguration: Sendable {
  /// `host:port` of some brokers, separated by commas.
  package var bootstrapServers: String
  /// What topic names begin with.
  package var prefix = prefixDefault
  /// What topic names begin with where nobody says.
  package static let prefixDefault = "lodging"
  /// Whether the producer's time is taken where a topic has no log-append time; for tests on the mock cluster alone.
  package var allowsCreateTime = false
  /// How long a question to the cluster may take before it is given up as unavailable.
  package var patience: Duration = .seconds(10)
  /// How long a group's member goes on with what it had while the group shares out anew.
  package var sharingPatience: Duration = .seconds(30)
  /// The name under which this process keeps its partitions over a restart, nil for none (`group.instance.id`).
  ///
  /// No two processes may have the same: the later one displaces the earlier one, which then throws ``LogError/displaced(_:)``.
  package var instance: String?
  /// What is noted beside each position that a member of a group commits, for whoever asks what is committed; nil for nothing.
  ///
  /// A broker takes 4,096 bytes where its settings say nothing else.
  package var commitNote: String?
  /// librdkafka's settings by name for every connection, over the presets; for what differs between clusters, such as security.
  package var settings: [String: String] = [:]
  /// Settings of readers, over ``settings``.
  package var readerSettings: [String: String] = [:]
  /// Settings of producers, over ``settings``.
  package var producerSettings: [String: String] = [:]
  /// Settings of group members, over ``settings``.
  package var memberSettings: [String: String] = [:]
  /// Takes librdkafka's log lines, each with its severity as in syslog: 3 error, 4 warning, 6 information, 7 debugging.
  ///
  /// Called from librdkafka's threads: must return at once. The lines name brokers and topics, never a record's content.
  package var logger: @Sendable (_ level: Int, _ text: String) -> Void

  /// Takes what each connection tells about itself, every few seconds, where anybody wants to know; called from the connection's owner.
  package var observer: (@Sendable (ConnectionFigures) -> Void)?

  /// Makes a configuration of defaults.
  package init(bootstrapServers: String, logger: @escaping @Sendable (_ level: Int, _ text: String) -> Void) {
    self.bootstrapServers = bootstrapServers
    self.logger = logger
  }

  /// ``logger`` as the client wants it.
  ///
  /// A mock cluster speaks a version of the protocol from before `allow.auto.create.topics`, of which librdkafka warns every few seconds.
  var log: KafkaLog {
    { [logger, isMocked = allowsCreateTime] line in
      guard !isMocked || line.facility != "AUTOCREATE" else { return }
      logger(line.level, line.facility.isEmpty ? line.text : "\(line.facility): \(line.text)")
    }
  }

  /// A topic's name on the cluster, such as `lodging.stay-events.v1`.
  package func name(of topic: Topic) -> String {
    "\(prefix).\(topic.name).v1"
  }

  /// Settings of an appender's producer: topics take batches of 2 MiB, and a batch is cut before the largest record could not join it.
  var producer: KafkaConfiguration {
    let preset = KafkaConfiguration.producer(bootstrapServers: bootstrapServers).setting("message.max.bytes", to: "2097152")
    return changed(preset, by: producerSettings, for: .producer)
  }

  /// Settings of the connection that fetches ahead; what it holds is bounded for each partition that is read.
  ///
  /// One fetch is under way to a broker at a time, and a partition that is read anew waits until the one before has come back.
  var reader: KafkaConfiguration {
    let preset = KafkaConfiguration.reader(bootstrapServers: bootstrapServers)
      .setting("queued.max.messages.kbytes", to: "4096").setting("fetch.wait.max.ms", to: "100")
    return changed(preset, by: readerSettings, for: .consumer)
  }

  /// Settings of the same for topics that others' producers write: what a transaction of theirs gave up is no record.
  ///
  /// Nothing here uses transactions, and one that somebody leaves open on the register's own topics must not hold it up.
  var othersReader: KafkaConfiguration { reader.setting("isolation.level", to: "read_committed") }

  /// Settings of the connection that asks and looks at single records: little is fetched, and a fetch at the end is not held.
  func looker(for reader: KafkaConfiguration) -> KafkaConfiguration {
    var settings = reader.settings
    settings["fetch.message.max.bytes"] = "4096"
    settings["fetch.wait.max.ms"] = "5"
    return KafkaConfiguration(settings)
  }

  /// Settings of a group's member.
  func member(of group: String) -> KafkaConfiguration {
    var preset = KafkaConfiguration.member(of: group, bootstrapServers: bootstrapServers)
    preset.settings["group.instance.id"] = instance
    return changed(preset, by: memberSettings, for: .consumer)
  }

  /// A group's name on the cluster, such as `lodging.validator`.
  func name(ofGroup group: String) -> String {
    "\(prefix).\(group)"
  }

  /// Tells the observer what a connection told.
  func observe(_ kind: ConnectionFigures.Kind, _ statistics: KafkaStatistics?) {
    guard let observer, let statistics else { return }
    observer(ConnectionFigures(kind, statistics))
  }

  /// How often connections tell about themselves, nil where nobody wants to know.
  var observationMilliseconds: Int? {
    observer == nil ? nil : settings["statistics.interval.ms"].flatMap(Int.init) ?? Self.observationMilliseconds
  }

  private static let observationMilliseconds = 5000

  private func changed(_ preset: KafkaConfiguration, by own: [String: String], for side: KafkaConfiguration.Side) -> KafkaConfiguration {
    // What is told for every connection may be for the other kind of client alone.
    let common = KafkaConfiguration(settings).settings(for: side)
    var settings = preset.settings.merging(common) { $1 }.merging(own) { $1 }
    // Where nobody takes them, statistics would only pile up.
    settings["statistics.interval.ms"] = "\(observationMilliseconds ?? 0)"
    return KafkaConfiguration(settings)
  }
}
