/// What became of one produced record.
package struct KafkaDelivery: Sendable, Equatable {
  /// What became of a record.
  package enum Outcome: Sendable, Equatable {
    /// The log holds it. The offset is nil where a retry found the record already there and the broker did not say where.
    case stored(offset: Int64?)
    /// No acknowledgement came; `mayBeStored` is false only where the log certainly does not hold it.
    case failed(KafkaError, mayBeStored: Bool)
  }

  /// The number given to ``KafkaProducer/produce(key:value:to:partition:token:)``.
  package let token: UInt
  /// Where it was sent.
  package let partition: Int32
  /// What became of it.
  package let outcome: Outcome

  /// Makes a report from its parts.
  package init(token: UInt, partition: Int32, outcome: Outcome) {
    self.token = token
    self.partition = partition
    self.outcome = outcome
  }
}
