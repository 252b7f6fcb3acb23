import LodgingPipeline

extension EventLog {
  /// Whether there is such a topic; logs that an earlier version made lack later ones.
  func has(_ topic: Topic) throws(LogError) -> Bool {
    do throws(LogError) {
      _ = try partitions(of: topic)
      return true
    } catch {
      guard error == .unknownTopic(topic) else { throw error }
      return false
    }
  }
}
