import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// The life of a world: one random thing after another.
extension World {
  /// Lives until all records are sent and some more steps were made.
  func live() throws {
    var left = plan.records
    var rest = 60
    var steps = 0
    while rest > 0, steps < 1500 {
      steps += 1
      if left <= 0 { rest -= 1 }
      breakOrMendBroker()
      clock.advance(milliseconds: Int64(random.within(1...40)))
      switch random.below(100) {
      case 0..<18:
        guard left > 0 else { continue }
        left -= 1
        sendNext()
      case 18..<48:
        guard let actor = random.pick(validators.filter { !$0.isAsleep }) else { break }
        step(actor)
        loseTailUnderRestoring(actor)
      case 48..<72: for _ in 0..<random.within(1...4) { deliver() }
      case 72..<82: if let reader = random.pick(readers) { step(reader) }
      case 82..<89: passTime()
      case 89: operate()
      default: try misfortune()
      }
      listen()
    }
    for record in workload.rest() { sender.send(record) }
  }

  private func sendNext() {
    for record in workload.next(at: clock.now) {
      trace.add(
        "send to \(record.partition): \(record.value.flatMap { workload.sent[$0] }.map { "\($0.event.id.low) \($0.event.body)".prefix(60) } ?? "garbage")"
      )
      sender.send(record)
    }
  }

  func listen() {
    let count = sender.listen()
    coverage.note(.sentAfterFailure, times: count)
    if count > 0 { trace.add("\(count) records are sent again") }
  }

  private func deliver() {
    let odds = has(.badDelivery) ? DeliveryOdds() : .faultless
    guard let delivered = log.deliverOne(using: &random, odds: odds) else { return }
    trace.add(
      "\(delivered.submission.place) \(delivered.outcome) \(delivered.submission.records.count) of \(delivered.submission.appender) tag \(delivered.submission.tag)"
    )
    switch delivered.outcome {
    case .landed: break
    case .landedTwice: coverage.note(.landedTwice)
    case .landedUnheard: coverage.note(.landedUnheard)
    case .landedInPart: coverage.note(.landedInPart)
    case .dropped: coverage.note(.dropped)
    }
  }

  private func passTime() {
    switch random.below(20) {
    case 0..<8: advance(milliseconds: Int64(random.within(100...5000)))
    case 8..<16: advance(milliseconds: Int64(random.within(20_000...90_000)))
    case 16..<19: advance(milliseconds: Int64(random.within(1...40)) * 3_600_000)
    default:
      guard has(.longJumps) else { return }
      coverage.note(.longJump)
      advance(milliseconds: Int64(random.within(5...9)) * 86_400_000)
    }
  }

  /// Lets time pass; what landed a minute before is on disk, and append times that stood go on.
  func advance(milliseconds: Int64) {
    if milliseconds > 60_000 {
      for place in places { log.setAppendTimes(of: place, .clock) }
    }
    marks.append((clock.now, Dictionary(uniqueKeysWithValues: places.map { ($0, log.end(of: $0)) })))
    clock.advance(milliseconds: milliseconds)
    let old = clock.now.adding(seconds: -60)
    if let last = marks.lastIndex(where: { $0.time <= old }) { marks.removeFirst(last) }
    trace.add("time \(clock.now)")
  }

  /// Up to where a partition is on disk and is not lost any more.
  func synced(_ place: TopicPartition) -> Int64 {
    guard let first = marks.first, first.time <= clock.now.adding(seconds: -60) else { return place.topic == .ledger ? 1 : 0 }
    return max(first.ends[place] ?? 0, place.topic == .ledger ? 1 : 0)
  }
}

extension SimulatedLog {
  /// The offset that the next record will have, asked past all faults.
  func end(of place: TopicPartition) -> Int64 { contents(of: place).last.map { $0.offset + 1 } ?? 0 }
}
