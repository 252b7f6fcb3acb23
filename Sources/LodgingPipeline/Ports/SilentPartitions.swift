import LodgingDomain

/// Which partitions did not answer, and when they are asked again.
///
/// An answer that does not come is waited for. So whoever asks about many ends a round of questions at the first one in vain, asks those that
/// did not answer after all others, and does so with pauses that are longer than the waiting.
///
/// Times are counted from any moment, by one clock. Where that clock is set back, nothing rests for longer than the longest pause.
package struct SilentPartitions<Place: Hashable & Sendable>: Sendable {
  /// Why each of them is silent.
  package private(set) var reasons: [Place: String] = [:]
  /// Those that answered when they were asked last.
  private var answered: Set<Place> = []
  /// The silent ones, the one that was asked longest ago first.
  private var order: [Place] = []
  /// Before this none of them is asked again.
  private var trial: Duration?

  /// How much longer than the waiting a pause is.
  private static var pauseShare: Int { 4 }
  private static var pauseMax: Duration { .seconds(15) }

  /// Makes it with all places well.
  package init() {}

  /// Whom to ask now, until one does not answer: those that answered and those that were never asked, both in the order given, and after a
  /// pause the silent ones.
  package func due(of places: [Place], at now: Duration) -> [Place] {
    let well = places.filter { reasons[$0] == nil }
    let due = well.filter(answered.contains) + well.filter { !answered.contains($0) }
    guard !order.isEmpty, !isPause(at: now) else { return due }
    let asked = Set(places)
    return due + order.filter(asked.contains)
  }

  /// Whether a partition is silent and not to be asked now.
  package func isResting(_ place: Place, at now: Duration) -> Bool { reasons[place] != nil && isPause(at: now) }

  private func isPause(at now: Duration) -> Bool { trial.map { now < $0 && $0 <= now + Self.pauseMax } ?? false }

  /// A partition did not answer, for which was waited since `start`; returns whether it was well until now.
  @discardableResult
  package mutating func fails(_ place: Place, _ reason: String, since start: Duration, at now: Duration) -> Bool {
    let wasWell = reasons.updateValue(reason, forKey: place) == nil
    answered.remove(place)
    order.removeAll { $0 == place }
    order.append(place)
    trial = now + min(max(.zero, now - start) * Self.pauseShare, Self.pauseMax)
    return wasWell
  }

  /// A partition answered; where it was silent, the others may answer too.
  package mutating func answers(_ place: Place) {
    answered.insert(place)
    guard reasons.removeValue(forKey: place) != nil else { return }
    order.removeAll { $0 == place }
    trial = nil
  }

  /// A partition is not to be asked any more.
  package mutating func forget(_ place: Place) {
    reasons[place] = nil
    answered.remove(place)
    order.removeAll { $0 == place }
  }
}

extension PipelineClock {
  /// The time now, counted from a fixed moment.
  package var time: Duration { .milliseconds(now.milliseconds) }
}
