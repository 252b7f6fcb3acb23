package import LodgingDomain

/// What moving a chain's events over works with.
package struct IngressContext: Sendable {
  /// The chain's principal, as its topics are named.
  package var chain: String
  /// How many partitions the ledger was begun with, which is what keys are spread over, however many a topic has by now.
  package var partitions: Int
  /// The log with the chain's topics and the events topic.
  package var log: any EventLog
  /// The establishments that the chain may speak for, as they are known now.
  package var establishments: @Sendable () -> Set<EstablishmentID>
  /// The bytes of a refusal for the chain's people.
  package var describe: @Sendable (IngressRefusal) -> [UInt8]
  /// Told what an operator must know.
  package var monitor: any PipelineMonitor

  /// Makes a context from its parts.
  package init(
    chain: String, partitions: Int, log: any EventLog, establishments: @escaping @Sendable () -> Set<EstablishmentID>,
    describe: @escaping @Sendable (IngressRefusal) -> [UInt8], monitor: any PipelineMonitor
  ) {
    self.chain = chain
    self.partitions = partitions
    self.log = log
    self.establishments = establishments
    self.describe = describe
    self.monitor = monitor
  }
}

/// A record of a chain that was not taken.
package struct IngressRefusal: Hashable, Sendable {
  /// Where it stands on the chain's topic.
  package var partition: Int
  /// The same.
  package var offset: Int64
  /// When it was appended there.
  package var appended: Instant
  /// Why, as a code.
  package var code: String
  /// Why, in words that hold none of its bytes.
  package var reason: String

  /// Makes a refusal from its parts.
  package init(partition: Int, offset: Int64, appended: Instant, code: String, reason: String) {
    self.partition = partition
    self.offset = offset
    self.appended = appended
    self.code = code
    self.reason = reason
  }
}

extension Topic {
  /// Where a chain's own producers write; key = establishment, partitions as the events topic.
  package static func ingress(of chain: String) -> Topic { Topic(ingressStart + chain) }

  /// Whether others' producers write the topic.
  package var isOthers: Bool { name.hasPrefix(Self.ingressStart) }

  private static let ingressStart = "stay-ingress."

  /// What of that was refused and why, for the chain's people; key = establishment.
  package static func refusals(of chain: String) -> Topic { Topic("stay-refusals.\(chain)") }
}
