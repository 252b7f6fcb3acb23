/// One thing that a running mock cluster is told to do wrong, or right again.
package enum MockInstruction: Hashable, Sendable {
  /// A broker stops or starts to take connections.
  case broker(Int32, up: Bool)
  /// A broker answers so much later; 0 ends that.
  case delay(broker: Int32, milliseconds: Int)
  /// A partition gets another leader.
  case leader(topic: String, partition: Int32, broker: Int32)
  /// A group gets another coordinator.
  case coordinator(group: String, broker: Int32)
  /// The next requests of a kind are answered with an error code; 0 is a good answer.
  case errors(KafkaMockCluster.Request, code: Int32, count: Int)
  /// Every question about a topic is answered with an error code; 0 ends that.
  case topicError(String, code: Int32)

  /// How each is written: words with single spaces between them.
  package static let forms = [
    "broker ID down|up", "rtt BROKER MILLISECONDS", "leader TOPIC PARTITION BROKER", "coordinator GROUP BROKER", "errors APIKEY CODE COUNT",
    "topic-error TOPIC CODE",
  ]

  private static let delayMillisecondsMax = 60_000
  private static let errorsMax = 10_000

  /// Reads an instruction; throws with all forms where it is none.
  package init(_ line: String) throws(KafkaMockError) {
    guard let instruction = Self.parse(line.split(separator: " ", omittingEmptySubsequences: false)) else {
      throw KafkaMockError("not understood; write one of: \(Self.forms.joined(separator: "; "))")
    }
    self = instruction
  }

  private static func parse(_ words: [Substring]) -> MockInstruction? {
    guard let first = words.first, !words.contains("") else { return nil }
    switch (first, words.count) {
    case ("broker", 3):
      guard let id = Int32(words[1]), let up = ["up": true, "down": false][words[2]] else { return nil }
      return .broker(id, up: up)
    case ("rtt", 3):
      guard let id = Int32(words[1]), let delay = Int(words[2]), (0...delayMillisecondsMax).contains(delay) else { return nil }
      return .delay(broker: id, milliseconds: delay)
    case ("leader", 4):
      guard let partition = Int32(words[2]), partition >= 0, let id = Int32(words[3]) else { return nil }
      return .leader(topic: String(words[1]), partition: partition, broker: id)
    case ("coordinator", 3):
      guard let id = Int32(words[2]) else { return nil }
      return .coordinator(group: String(words[1]), broker: id)
    case ("errors", 4):
      guard let request = Int16(words[1]).flatMap(KafkaMockCluster.Request.init(rawValue:)), let code = Int32(words[2]),
        let count = Int(words[3]), (1...errorsMax).contains(count)
      else { return nil }
      return .errors(request, code: code, count: count)
    case ("topic-error", 3):
      guard let code = Int32(words[2]) else { return nil }
      return .topicError(String(words[1]), code: code)
    default: return nil
    }
  }

  /// Does it; throws where the cluster has no such broker, topic or partition.
  package func carryOut(on cluster: KafkaMockCluster) throws(KafkaMockError) {
    switch self {
    case .broker(let id, let up): try cluster.setBroker(id, up: up)
    case .delay(let id, let milliseconds): try cluster.setDelay(of: id, milliseconds: milliseconds)
    case .leader(let topic, let partition, let id): try cluster.setLeader(of: topic, partition: partition, broker: id)
    case .coordinator(let group, let id): try cluster.setCoordinator(ofGroup: group, broker: id)
    case .errors(let request, let code, let count): cluster.failNext(request, with: Array(repeating: code, count: count))
    case .topicError(let topic, let code): cluster.setError(of: topic, to: code)
    }
  }
}
