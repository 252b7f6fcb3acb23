import LodgingDomain
import LodgingTesting
import Testing

@testable import LodgingPipeline

@Suite("Local days one after the other")
struct LocalDaysTests {
  @Test("the day is that of the zone, whichever instants came before", arguments: 0..<4)
  func days(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var days = LocalDays()
    let edge = LocalZone.vietnam.startOfDay(CivilDate(daysSinceEpoch: 20_777))
    for _ in 0..<5000 {
      let instant =
        switch random.below(8) {
        case 0: Instant(milliseconds: Int64(bitPattern: random.next()))
        case 1: random.below(2) == 0 ? Instant(milliseconds: .min) : Instant(milliseconds: .max)
        case 2: LocalZone.vietnam.lastSecond(of: .latest).adding(milliseconds: Int64(random.below(2000)))
        case 3: LocalZone.vietnam.startOfDay(.earliest).adding(milliseconds: Int64(random.below(3)) - 1)
        default: edge.adding(days: Int64(random.below(3))).adding(milliseconds: Int64(random.below(3)) - 1)
        }
      #expect(days.date(at: instant) == LocalZone.vietnam.date(at: instant), "seed \(seed), \(instant.milliseconds)")
    }
  }
}
