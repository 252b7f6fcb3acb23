import Foundation
import LodgingDomain
package import LodgingKafka
package import LodgingPipeline
import LodgingStore
import LodgingWire

/// Sets a cluster's topics up and holds them against the plan.
package struct TopicDesk {
  private let folder: DataFolder
  private let names: KafkaLogConfiguration
  private let plan: TopicPlan
  private let topics: any TopicAdministration
  private let log: any EventLog
  private let clock: any PipelineClock

  /// Works on a cluster with the key ring of a data folder; nil on the embedded log, which has no topics to set up.
  package init?(
    _ folder: DataFolder, _ choice: LogChoice, partitions: Int, replicas: Int, eventDays: Int, chains: [String], clock: any PipelineClock
  ) throws {
    guard case .kafka(let configuration) = choice else { return nil }
    var plan = TopicPlan()
    (plan.partitions, plan.replicas, plan.eventDays, plan.chains) = (partitions, replicas, eventDays, chains)
    try self.init(
      folder, configuration, plan: plan, topics: ClusterTopics(configuration, within: Self.answersMax), log: KafkaEventLog(configuration),
      clock: clock)
  }

  /// How long a cluster may take to answer all questions about its topics: a healthy one takes a second or two.
  private static let answersMax = Duration.seconds(60)

  /// Works on any topics and any log.
  package init(
    _ folder: DataFolder, _ configuration: KafkaLogConfiguration, plan: TopicPlan, topics: any TopicAdministration, log: any EventLog,
    clock: any PipelineClock
  ) {
    self.folder = folder
    names = configuration
    var plan = plan
    plan.allowsCreateTime = configuration.allowsCreateTime
    self.plan = plan
    self.topics = topics
    self.log = log
    self.clock = clock
  }

  /// Makes the topics that do not exist, begins the ledger where it is empty, and returns what there is still to say.
  ///
  /// What exists is not changed, but that the key ring gets keys for the months of a year ahead. The ledger is begun only where topics and
  /// partitions are as planned and no partition of it is in use: one that is empty beside others in use has lost its entries. Keys are made
  /// before a ledger and never beside one.
  ///
  /// Throws ``ServiceError/keysMissing(_:)`` where a ledger is there and its keys are not, ``ServiceError/topicsUntold(_:)`` where the cluster
  /// does not answer within a minute, and what the cluster and the key ring throw; what was made before stays.
  package func create() throws -> [TopicOutput] {
    let (made, differences) = try makeMissing()
    guard !differences.contains(where: { $0.refused || $0.isPartitions(of: vitalNames) }) else { return made + differences }
    if made.contains(where: { $0.topic == names.name(of: .ledger) }) { try waitForLedger() }
    try folder.make()
    if try (0..<plan.partitions).contains(where: holdsEntries) { try folder.checkKeys() }
    let keys = try FileKeyRing.openOrCreate(at: folder.keys)
    try makeMonths(keys)
    let hasEntries = try (0..<plan.partitions).contains { try isInUse($0) }
    let begun =
      try hasEntries ? 0 : GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: clock.now)
    let beginning = begun > 0 ? [TopicOutput(begun: begun, topic: names.name(of: .ledger))] : []
    return made + beginning + differences + (try beginnings(keys))
  }

  /// Makes the topics that do not exist and begins nothing, for a ledger that is put back; returns what there is still to say.
  ///
  /// What exists is not changed, and no keys are made.
  ///
  /// Throws ``ServiceError/topicsUntold(_:)`` where the cluster does not answer within a minute, and what it throws; what was made before
  /// stays.
  package func createEmpty() throws -> [TopicOutput] {
    let (made, differences) = try makeMissing()
    return made + differences
  }

  private func makeMissing() throws -> (made: [TopicOutput], differences: [TopicOutput]) {
    let specifications = specifications
    let made = try answered { () throws(LogError) in
      let made = try topics.makeMissing(specifications)
      let deadline = Self.hearingDeadline
      for topic in made { _ = try patiently(until: deadline) { () throws(LogError) in try topics.find(topic) } }
      return made
    }
    return (made.map { TopicOutput(made: $0) }, try differences(specifications))
  }

  private func waitForLedger() throws(LogError) {
    let deadline = Self.hearingDeadline
    for partition in 0..<plan.partitions {
      _ = try patiently(until: deadline) { () throws(LogError) in try log.end(of: TopicPartition(.ledger, partition)) }
    }
  }

  /// Until when the brokers of a cluster must have heard of topics that one of them has made by now; a healthy one takes less than a second.
  private static var hearingDeadline: ContinuousClock.Instant { .now + .seconds(10) }

  /// Asks about a topic that was just made until it is known; brokers hear of it one after the other, and those who have not deny it.
  private func patiently<Answer>(
    until deadline: ContinuousClock.Instant, _ ask: () throws(LogError) -> Answer?
  ) throws(LogError) -> Answer? {
    while true {
      let isLate = ContinuousClock.now > deadline
      do throws(LogError) {
        let answer = try ask()
        if answer != nil || isLate { return answer }
      } catch {
        guard !isLate, error.isOfAbsence else { throw error }
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// How many days the keys of months reach ahead: nodes have copies of this key ring, and may not make keys of their own.
  private static let keysAheadDays = 366
  /// No month is shorter.
  private static let monthDaysMin = 28

  private func makeMonths(_ keys: FileKeyRing) throws {
    for days in stride(from: 0, through: Self.keysAheadDays, by: Self.monthDaysMin) {
      try keys.makeMonth(at: clock.now.adding(days: Int64(days)))
    }
  }

  /// Where topics and ledger are not what they must be; nothing is changed.
  ///
  /// Throws ``ServiceError/topicsUntold(_:)`` where the cluster does not answer within a minute, and what the cluster and the key ring throw.
  package func check() throws -> [TopicOutput] {
    let differences = try differences(specifications)
    guard !differences.contains(where: \.refused) else { return differences }
    return differences + (try beginnings(try FileKeyRing(opening: folder.keys)))
  }

  private var specifications: [TopicSpecification] { plan.topics { names.name(of: $0) } }

  private var vitalNames: [String] { TopicPlan.vitalTopics.map { names.name(of: $0) } }

  private func holdsEntries(_ partition: Int) throws -> Bool { try log.end(of: TopicPartition(.ledger, partition)) > 0 }

  /// Whether a partition of the ledger holds more than what beginning it, perhaps twice at the same moment, leaves there.
  private func isInUse(_ partition: Int) throws -> Bool {
    let held = try log.bounds(of: TopicPartition(.ledger, partition))
    guard held.start == 0, held.end <= Self.beginningEntriesMax else { return true }
    var isInUse = false
    _ = try log.walk(TopicPartition(.ledger, partition), from: 0) { record in
      let entry = record.value.flatMap { try? LedgerReader.entry($0) }
      if case .genesis? = entry?.body { return true }
      isInUse = true
      return false
    }
    return isInUse
  }

  private static let beginningEntriesMax: Int64 = 16

  /// On a cluster that tells no settings the tests' flag takes them as they are.
  private func differences(_ specifications: [TopicSpecification]) throws -> [TopicOutput] {
    try answered { () throws(LogError) in try topics.differences(from: specifications) }
      .filter { !plan.allowsCreateTime || $0.kind != .settingsUntold }.map(TopicOutput.init)
  }

  /// Says what to look at where a question about topics is not answered.
  private func answered<Answer>(_ ask: () throws(LogError) -> Answer) throws -> Answer {
    do throws(LogError) {
      return try ask()
    } catch {
      guard case .unavailable(let reason) = error else { throw error }
      throw ServiceError.topicsUntold(reason)
    }
  }

  /// Partitions of the ledger that do not begin as they must.
  private func beginnings(_ keys: FileKeyRing) throws -> [TopicOutput] {
    let name = names.name(of: .ledger)
    return try (0..<plan.partitions).compactMap { partition in
      guard let genesis = try Genesis.first(of: partition, in: log) else {
        return TopicOutput(beginning: "no genesis entry", topic: name, partition: partition)
      }
      if genesis.ledgerID != keys.ledgerID { return TopicOutput(beginning: "that of another register", topic: name, partition: partition) }
      guard genesis.partition == partition, genesis.partitions == plan.partitions else {
        let found = "that of partition \(genesis.partition) of \(genesis.partitions)"
        return TopicOutput(beginning: found, topic: name, partition: partition)
      }
      return nil
    }
  }
}

extension LogError {
  /// Whether a broker that has not heard of a topic yet may have said so.
  fileprivate var isOfAbsence: Bool {
    switch self {
    case .unknownTopic, .unknownPartition, .unavailable: true
    default: false
    }
  }
}

/// One thing to say of the topics.
package struct TopicOutput: Encodable, Sendable, Equatable {
  /// The topic's name on the cluster.
  package var topic: String
  /// What happened or what differs: `made`, `begun`, `missing`, `partitions`, `replicas`, `settings`, `beginning`, or a setting's name.
  package var what: String
  /// The partition that is meant, where one is.
  package var partition: Int?
  /// What must be.
  package var due: String?
  /// What is.
  package var found: String?
  /// Whether the register may not run on it.
  package var refused: Bool
  /// What to do.
  package var remedy: String?

  func isPartitions(of topics: [String]) -> Bool { what == "partitions" && topics.contains(topic) }

  /// Whether something is not as it must be.
  package var isDifference: Bool { remedy != nil }

  init(made topic: String) {
    self.topic = topic
    what = "made"
    refused = false
  }

  init(begun partitions: Int, topic: String) {
    self.topic = topic
    what = "begun"
    found = "\(partitions) partitions"
    refused = false
  }

  init(beginning found: String, topic: String, partition: Int) {
    self.topic = topic
    what = "beginning"
    self.partition = partition
    due = "this register's genesis entry"
    self.found = found
    refused = true
    remedy =
      "if the ledger is new, run `lodging topics create`; if it had entries, they are lost: restore the topic from a backup, do not begin it again"
  }

  init(_ difference: TopicDifference) {
    topic = difference.topic
    what =
      switch difference.kind {
      case .missing: "missing"
      case .partitions: "partitions"
      case .replicas: "replicas"
      case .setting(let name): name
      case .settingsUntold: "settings"
      }
    due = difference.due
    found = difference.found
    refused = difference.isRefused
    remedy = difference.remedy
  }
}
