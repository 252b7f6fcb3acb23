internal import CRdkafka

/// The offsets of a group as one of its members commits them; any thread may, beside the one that polls the member.
///
/// Outlives its member: what is committed afterwards is refused.
package struct KafkaGroupOffsets: Sendable {
  private let handle: KafkaHandle

  init(_ handle: KafkaHandle) {
    self.handle = handle
  }

  /// Whether the group went on without this member, which may still hold partitions: they are others' by now.
  package var isLost: Bool { unsafe rd_kafka_assignment_lost(handle.client) != 0 }

  /// Commits positions for the group under this member's present generation, and waits for the coordinator's answer.
  ///
  /// Throws ``KafkaError/Code/illegalGeneration``, ``KafkaError/Code/unknownMember``, ``KafkaError/Code/rebalanceInProgress`` or
  /// ``KafkaError/Code/fencedInstance`` where the group has gone on, ``KafkaError/Code/timedOut`` where no answer came: the commit may then
  /// still take place. Whether a partition is this member's the coordinator does not ask. `note` stays beside each position until the next
  /// commit, for whoever asks what is committed; a broker takes 4,096 bytes where its settings say nothing else.
  package func commit(_ positions: [KafkaPosition], note: String? = nil, timeout: Duration) throws(KafkaError) {
    let offsets = try PartitionList(positions, note: note)
    // A queue of its own: an answer that comes too late cannot be taken for a later commit's.
    guard let answers = unsafe rd_kafka_queue_new(handle.client) else {
      throw KafkaError(.systemFailure, reason: "no memory for a queue")
    }
    defer { unsafe rd_kafka_queue_destroy(answers) }
    // Not `rd_kafka_commit`: that waits without end while there is no coordinator.
    let code = unsafe offsets.lend { unsafe rd_kafka_commit_queue(handle.client, $0, answers, nil, nil) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(code) }
    guard let event = unsafe rd_kafka_queue_poll(answers, timeout.timeoutMilliseconds) else {
      throw KafkaError(.timedOut, reason: "no answer to the commit within \(timeout)")
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    let failure = unsafe rd_kafka_event_error(event)
    guard failure == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(failure) }
    let partial = unsafe PartitionList.firstError(of: rd_kafka_event_topic_partition_list(event))
    guard partial == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(partial) }
  }

  /// What the group has committed, in the order of the partitions; nil where that is nothing.
  ///
  /// The group's coordinator is asked. Throws what a broker out of reach gives.
  package func committed(_ partitions: [KafkaPartition], timeout: Duration) throws(KafkaError) -> [KafkaCommit?] {
    try handle.committed(partitions, timeout: timeout)
  }

  /// Hands positions over to be committed some time, without waiting and without word of what became of it.
  package func commitLater(_ positions: [KafkaPosition], note: String? = nil) throws(KafkaError) {
    let offsets = try PartitionList(positions, note: note)
    let code = unsafe offsets.lend { unsafe rd_kafka_commit(handle.client, $0, 1) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(code) }
  }
}
