extension KafkaConfiguration {
  /// Why these settings, given from outside, would take away what the presets promise, and what to do; nil where none would.
  ///
  /// An acknowledged record is on all in-sync replicas and its report is seen; order is kept; a position is never moved silently; nothing is
  /// committed that the owner does not commit; a group shares out as the presets say. Whom to talk to, and under which name, is not for
  /// settings of every connection either. The words name settings and values of theirs, none of which is secret.
  package var guaranteeProblem: String? {
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      // librdkafka takes settings of topics under both names.
      let plain = name.hasPrefix("topic.") ? String(name.dropFirst("topic.".count)) : name
      if let allowed = Self.promised[plain], !allowed.contains(value.lowercased()) {
        return "\(name)=\(value) would lose or repeat records silently; leave it out, or set \(plain)=\(allowed[0])"
      }
      if name.hasPrefix("test.mock.") { return "\(name) puts a cluster of librdkafka's own in the place of the real one; leave it out" }
      if let remedy = Self.givenElsewhere[name] { return "\(name) cannot be set for every connection: \(remedy)" }
    }
    return nil
  }

  /// What a setting may be, the preset's value first; alternative names as in librdkafka's CONFIGURATION.md.
  private static let promised = [
    "acks": ["all", "-1"], "request.required.acks": ["all", "-1"], "enable.idempotence": ["true"], "partitioner": ["murmur2_random"],
    "delivery.report.only.error": ["false"], "auto.offset.reset": ["error"], "check.crcs": ["true"], "enable.partition.eof": ["true"],
    "enable.auto.commit": ["false"], "auto.commit.enable": ["false"], "enable.auto.offset.store": ["false"],
    "allow.auto.create.topics": ["false"], "partition.assignment.strategy": ["range", "roundrobin"],
  ]

  private static let givenElsewhere = [
    "bootstrap.servers": "name the brokers in log=kafka://…", "metadata.broker.list": "name the brokers in log=kafka://…",
    "group.id": "leave it out; groups have names of their own",
    "group.instance.id": "set kafka.instance-id",
    "transactional.id": "leave it out; nothing here uses transactions",
  ]
}
