/// Where a topic of the cluster is not what it must be.
package struct TopicDifference: Sendable, Equatable {
  /// What is different.
  package enum Kind: Sendable, Equatable {
    /// The topic does not exist.
    case missing
    /// It has fewer partitions, or more.
    case partitions
    /// A partition has fewer copies.
    case replicas
    /// A setting has another value.
    case setting(String)
    /// The cluster does not tell its settings.
    case settingsUntold
  }

  /// The topic's name on the cluster.
  package var topic: String
  /// What is different.
  package var kind: Kind
  /// What it must be.
  package var due: String
  /// What it is, nil where there is nothing.
  package var found: String?
  /// Whether the register may not run on the topic as it is.
  package var isRefused: Bool

  /// Makes a difference from its parts.
  package init(topic: String, kind: Kind, due: String, found: String?, isRefused: Bool) {
    self.topic = topic
    self.kind = kind
    self.due = due
    self.found = found
    self.isRefused = isRefused
  }

  /// What is different, for a person.
  package var words: String {
    switch kind {
    case .missing: "the topic does not exist"
    case .partitions: "has \(found ?? "no") partitions, must have \(due)"
    case .replicas: "has \(found ?? "no") copies of a partition, must have \(due)"
    case .setting(let name): "\(name) is \(found ?? "not set"), must be \(due)"
    case .settingsUntold: "the cluster does not tell its settings"
    }
  }

  /// Whether a topic has more partitions than the register uses; what others write there is never decided.
  private var isSurplus: Bool {
    guard kind == .partitions, let has = found.flatMap({ Int($0) }), let due = Int(due) else { return false }
    return has > due
  }

  /// What an operator does about it.
  package var remedy: String {
    switch kind {
    case .missing: "run `lodging topics create`"
    case .partitions:
      isRefused
        ? "the number is fixed when the ledger begins: make the topic anew with the ledger's number and bring its records back from a backup"
        : isSurplus
          ? "nothing for the register, which leaves the surplus alone; see that all who write to it share their keys out over \(due)"
          : "add partitions, or go on with the number there is"
    case .replicas: "add copies with kafka-reassign-partitions.sh"
    case .setting("cleanup.policy") where isRefused:
      "set cleanup.policy=delete; records that compaction has removed are gone: restore the topic from a backup"
    case .setting(let name): "set \(name) with kafka-configs.sh --alter --entity-type topics --entity-name \(topic)"
    case .settingsUntold: "give the principal the right DescribeConfigs on the topic; the mock cluster tells nothing"
    }
  }
}

extension TopicSpecification {
  /// What is different between what a topic must be and what the cluster has; nil stands for no such topic.
  ///
  /// In the order missing, partitions, replicas, settings by name.
  package func differences(from found: FoundTopic?) -> [TopicDifference] {
    let isVital = !vital.isEmpty
    guard let found else {
      return [TopicDifference(topic: name, kind: .missing, due: "\(partitions) partitions", found: nil, isRefused: isVital)]
    }
    var differences: [TopicDifference] = []
    if found.replicas.count != partitions {
      differences.append(
        TopicDifference(
          topic: name, kind: .partitions, due: "\(partitions)", found: "\(found.replicas.count)",
          isRefused: isVital && found.replicas.count < partitions))
    }
    if let fewest = found.replicas.min(), fewest < replicas {
      differences.append(TopicDifference(topic: name, kind: .replicas, due: "\(replicas)", found: "\(fewest)", isRefused: false))
    }
    guard let told = found.settings else {
      let due = settings.keys.sorted().joined(separator: ", ")
      return differences + [TopicDifference(topic: name, kind: .settingsUntold, due: due, found: nil, isRefused: isVital)]
    }
    for (setting, requirement) in settings.sorted(by: { $0.key < $1.key }) {
      let value = told[setting]
      guard value.map(requirement.isMet) != true else { continue }
      differences.append(
        TopicDifference(
          topic: name, kind: .setting(setting), due: "\(requirement)", found: value, isRefused: vital.contains(setting)))
    }
    return differences
  }
}
