internal import CRdkafka

extension KafkaError {
  /// An error's number: negative for librdkafka's own, otherwise the Kafka protocol's.
  package struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number.
    package let rawValue: Int32

    /// Makes a code of its number; any number is allowed.
    package init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    private init(_ value: rd_kafka_resp_err_t) {
      rawValue = value.rawValue
    }

    /// librdkafka's symbol for the code, such as `_TIMED_OUT`.
    package var description: String {
      unsafe String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue)))
    }

    /// librdkafka's text for the code.
    package var text: String {
      unsafe String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(rawValue)))
    }
  }
}

extension KafkaError.Code {
  /// A setting, topic name or offset that librdkafka does not take.
  package static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
  /// The operating system refused a thread or memory.
  package static let systemFailure = Self(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
  /// The partition is in use already.
  package static let conflict = Self(RD_KAFKA_RESP_ERR__CONFLICT)
  /// The producer's queue is full: take delivery reports first.
  package static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
  /// The record is larger than `message.max.bytes` or than the broker takes.
  package static let messageTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
  /// No acknowledgement within `message.timeout.ms`.
  package static let messageTimedOut = Self(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
  /// The call's own time ran out.
  package static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
  /// The connection to a broker failed.
  package static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
  /// The cluster has no such topic.
  package static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
  /// The topic has no such partition.
  package static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
  /// The broker knows no such topic or partition, for now or for good.
  package static let unknownTopicOrPartition = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
  /// The principal may not use the topic.
  package static let topicForbidden = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
  /// The log does not hold the position that was asked for.
  package static let positionNotHeld = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
  /// The record was purged before it was sent.
  package static let purgedQueued = Self(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
  /// The topic exists already.
  package static let topicExists = Self(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
  /// The broker does not know this kind of question.
  package static let unsupported = Self(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
  /// The principal may not use the group.
  package static let groupForbidden = Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
  /// The principal may not ask the cluster that.
  package static let clusterForbidden = Self(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
  /// The group has shared out anew since the member last heard of it.
  package static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
  /// The group does not know the member any more.
  package static let unknownMember = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
  /// The group is sharing out anew.
  package static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
  /// Another process has taken the static member's place.
  package static let fencedInstance = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
  /// The producer or consumer is beyond repair.
  package static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)

  /// Codes after which the same call may succeed; the protocol's own list of retriable errors and librdkafka's of passing conditions.
  static let retriable: Set<Self> = Set(
    [
      RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT,
      RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_RESP_ERR__RETRY,
      RD_KAFKA_RESP_ERR__WAIT_CACHE, RD_KAFKA_RESP_ERR__WAIT_COORD,
      RD_KAFKA_RESP_ERR__PURGE_QUEUE, RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
      RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
      RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
      RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,
    ].map { Self($0) })
}
