import LodgingDomain
import Testing

@testable import LodgingSynthetic

@Suite("Evening clock")
struct EveningClockTests {
  @Test("the evening lasts from 17:00 on 20 November 2026 to 02:00")
  func ends() {
    #expect(EveningClock.start.rfc3339() == "2026-11-20T17:00:00+07:00")
    #expect(EveningClock.end.rfc3339() == "2026-11-21T02:00:00+07:00")
    #expect(EveningClock.noticeDue.rfc3339() == "2026-11-20T23:00:00+07:00")
    #expect(EveningClock.shares.reduce(0, +) == 100)
  }

  @Test("times never fall and stay within the evening", arguments: [1, 2, 9, 1000, 1_000_000_000])
  func order(count: Int) {
    let clock = EveningClock(count: count)
    var last = EveningClock.start
    for place in 0..<min(count, 10_000) {
      let time = clock.instant(at: place)
      #expect(time >= last)
      last = time
    }
    #expect(clock.instant(at: count - 1) < EveningClock.end)
  }

  @Test("half of the items come between 21:00 and 23:00")
  func rush() {
    let clock = EveningClock(count: 10_000)
    let rush = EveningClock.noticeDue.adding(hours: -2)..<EveningClock.noticeDue
    let share = (0..<10_000).count { rush.contains(clock.instant(at: $0)) }
    #expect(share == 5_200)
  }

  @Test("an impossible count is limited")
  func limits() {
    #expect(EveningClock(count: -1).count == 0)
    #expect(EveningClock(count: .max).count == 1_000_000_000)
  }
}
