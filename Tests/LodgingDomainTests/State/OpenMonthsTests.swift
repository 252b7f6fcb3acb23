import LodgingTesting
import Testing

@testable import LodgingDomain

@Suite("The months that open stays are sealed to")
struct OpenMonthsTests {
  private let months = (24_322..<24_326).map { KeyMonth(index: $0) }

  private func event(_ id: UInt64, at time: Instant, _ body: StayEvent.Body) throws -> StayEvent {
    StayEvent(
      id: .number(id), establishment: try Example.inn(), happened: time, captured: time, received: time, channel: .api, body: body)
  }

  private func details(from arrival: Instant, nights: Int) -> StayDetails {
    StayDetails(
      guestKind: .citizen, nationality: .vietnam, room: "101", arrival: LocalMoment(arrival),
      departure: LocalMoment(arrival.adding(days: Int64(nights))))
  }

  private func found(_ state: PartitionState) -> Set<KeyMonth> {
    Set(state.establishments.flatMap { $0.stays.map(\.stay.month) })
  }

  @Test("They are those that a look at all stays finds, whatever happened to the stays", arguments: 0..<8)
  func equalsLook(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var register = try Register()
    register.send(try Example.opening(beds: 100))
    var (seen, longest) = (Set<Set<KeyMonth>>(), 0)
    for number in 100..<500 as Range<UInt64> {
      let now = register.state.now
      let stay = EventID.number(.random(in: 100...number, using: &random))
      let month = months[Int.random(in: 0..<months.count, using: &random)]
      switch Int.random(in: 0..<12, using: &random) {
      case 0..<4: try send(.checkIn(details(from: now, nights: .random(in: 1...3, using: &random))), number, month, to: &register)
      case 4..<6: try send(.amendment(stay: stay, details(from: now, nights: 2)), number, month, to: &register)
      case 6: try send(.checkOut(stay: stay), number, month, to: &register)
      case 7: try send(.cancellation(stay: stay), number, month, to: &register)
      case 8..<10: register.reseal(stay, of: try Example.inn(), to: month)
      default: register.tick(now.adding(hours: .random(in: 1...40, using: &random)))
      }
      let state = register.state
      #expect(state.openMonths == found(state))
      (_, longest) = (seen.insert(state.openMonths), max(longest, state.openMonths.count))
    }
    #expect(seen.count > 3 && longest > 1, "months came and went: \(seen.count), \(longest)")
    let state = register.state
    let restored = PartitionState(
      now: state.now, forgottenThrough: state.forgottenThrough, establishments: state.establishments,
      registrations: Array(state.registrations))
    #expect(restored?.openMonths == found(state))
  }

  private func send(_ body: StayEvent.Body, _ number: UInt64, _ month: KeyMonth, to register: inout Register) throws {
    let event = try event(number, at: register.state.now, body)
    var facts = Facts.example(of: event)
    facts.month = month
    register.send(event, facts: facts)
  }
}
