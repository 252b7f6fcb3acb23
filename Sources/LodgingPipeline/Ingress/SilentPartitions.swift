/// Which partitions did not answer, and when one of them is asked again.
///
/// An answer that does not come is waited for, so partitions that do not answer are asked one at a time, after those that do, and with pauses
/// that are longer than the waiting.
struct SilentPartitions {
  /// Why each of them is silent.
  private(set) var reasons: [Int: String] = [:]
  /// Those that answered when they were asked last.
  private var answered: Set<Int> = []
  /// The silent ones, the one that was asked longest ago first.
  private var order: [Int] = []
  /// Before this none of them is asked again.
  private var trial = ContinuousClock.now

  /// How much longer than the waiting a pause is.
  private static let pauseShare = 4
  private static let pauseMax: Duration = .seconds(15)

  /// Whom to ask now, in this order: those that answered, those that were never asked, and one that was silent.
  func due(of partitions: some Sequence<Int>) -> [Int] {
    let partitions = Set(partitions)
    var due = partitions.filter { reasons[$0] == nil }.sorted { (answered.contains($1) ? 1 : 0, $0) < (answered.contains($0) ? 1 : 0, $1) }
    if trial <= .now, let next = order.first(where: partitions.contains) { due.append(next) }
    return due
  }

  /// A partition did not answer, for which was waited since `start`; returns whether it was well until now.
  mutating func fails(_ partition: Int, _ reason: String, since start: ContinuousClock.Instant) -> Bool {
    let wasWell = reasons.updateValue(reason, forKey: partition) == nil
    answered.remove(partition)
    order.removeAll { $0 == partition }
    order.append(partition)
    trial = .now + min(start.duration(to: .now) * Self.pauseShare, Self.pauseMax)
    return wasWell
  }

  /// A partition answered; where it was silent, the others may answer too.
  mutating func answers(_ partition: Int) {
    answered.insert(partition)
    guard reasons.removeValue(forKey: partition) != nil else { return }
    order.removeAll { $0 == partition }
    trial = .now
  }

  /// A partition is not to be asked any more.
  mutating func forget(_ partition: Int) {
    reasons[partition] = nil
    answered.remove(partition)
    order.removeAll { $0 == partition }
  }
}
