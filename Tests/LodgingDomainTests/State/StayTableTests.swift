import LodgingTesting
import Testing

@testable import LodgingDomain

@Suite("The open stays of an establishment")
struct StayTableTests {
  private func stay(_ number: Int, room: String = "", party: EventID? = nil, minor: Bool = false, presence: Presence = .present) -> Stay {
    let time = Instant(milliseconds: Int64(number))
    return Stay(
      guestKind: .citizen, isMinor: minor, presence: presence, room: room, arrival: time, departure: time, due: time, party: party,
      month: KeyMonth(index: 24_318), reported: time, judged: time)
  }

  @Test("It is what a dictionary is, stays keep their slots, and copies stay what they were", arguments: 0..<12)
  func equalsModel(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var table = StayTable()
    var model: [EventID: Stay] = [:]
    var slots: [EventID: Int] = [:]
    var copies: [(StayTable, [EventID: Stay])] = []
    let idsMax = seed % 2 == 0 ? UInt64(200) : .max
    for number in 0..<3000 {
      let id = EventID(high: 0, low: random.next() % idsMax)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<(number / 500 % 2 == 0 ? 6 : 3):
        guard model[id] == nil else { continue }
        let stay = stay(number, room: number % 3 == 0 ? "a long name of a room \(number)" : "1")
        slots[id] = table.insert(stay, id)
        model[id] = stay
      case 6..<8:
        guard let (id, _) = model.randomElement(using: &random), let slot = slots.removeValue(forKey: id) else { continue }
        table.remove(slot)
        model[id] = nil
        #expect(table[slot] == nil)
      case 8:
        guard let (id, _) = model.randomElement(using: &random), let slot = slots[id] else { continue }
        table.replace(stay(-number), in: slot)
        model[id] = stay(-number)
      default:
        if copies.count < 6, number % 7 == 0 { copies.append((table, model)) }
      }
    }
    for (table, model) in copies + [(table, model)] {
      #expect(table.count == model.count)
      #expect(Dictionary(table.map { ($0.id, $0.stay) }) { left, _ in left } == model)
      #expect(model.allSatisfy { table[$0.key] == $0.value } && table[EventID(high: 9, low: 9)] == nil)
    }
    #expect(slots.allSatisfy { table.slot(of: $0.key) == $0.value && table.id(in: $0.value) == $0.key })
  }

  @Test("Tables with the same stays are equal, in whatever order they came")
  func equality() {
    let ids = (0..<20).map { EventID.number($0) }
    var (left, right) = (StayTable(), StayTable())
    for id in ids { _ = left.insert(stay(Int(id.low)), id) }
    for id in ids.reversed() { _ = right.insert(stay(Int(id.low)), id) }
    #expect(left == right && left.hashValue == right.hashValue)
    right.replace(stay(99), in: right.slot(of: ids[3]) ?? 0)
    #expect(left != right)
    right.remove(right.slot(of: ids[3]) ?? 0)
    #expect(left != right)
  }

  @Test("An adult is with a child who has the same party or, without one, the same room, and is a guest")
  func adults() {
    let (child, party) = (EventID.number(1), EventID.number(50))
    func isWithAdult(_ stay: Stay, party: EventID?, room: String, id: EventID = .number(2)) -> Bool {
      var table = StayTable()
      _ = table.insert(stay, id)
      return table.hasAdult(party: party, room: room, besides: child)
    }
    #expect(isWithAdult(stay(0, room: "7"), party: nil, room: "7"))
    #expect(!isWithAdult(stay(0, room: "7"), party: nil, room: "8") && !isWithAdult(stay(0), party: nil, room: ""))
    #expect(isWithAdult(stay(0, room: "7", party: party), party: party, room: "8"))
    #expect(!isWithAdult(stay(0, room: "7"), party: party, room: "7"), "a party is named")
    #expect(!isWithAdult(stay(0, room: "7", minor: true), party: nil, room: "7"))
    #expect(!isWithAdult(stay(0, room: "7", presence: .presumedLeft), party: nil, room: "7"))
    #expect(!isWithAdult(stay(0, room: "7"), party: nil, room: "7", id: child))
    #expect(!StayTable().hasAdult(party: party, room: "7", besides: child))
  }
}
