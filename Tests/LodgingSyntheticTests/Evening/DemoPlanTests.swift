import LodgingDomain
import Testing

@testable import LodgingSynthetic

@Suite("Demo plan")
struct DemoPlanTests {
  let plan = SyntheticWorld.plan
  let items = SyntheticWorld.items

  /// Everything that an item says, as text.
  private func text(_ item: DemoItem) -> String {
    "\(item.index) \(item.appended) \(item.key?.description ?? "-") \(item.deviations.rawValue) \(item.isSentAgain) \(item.content)"
  }

  @Test("the same seed gives the same stream, another seed another one")
  func deterministic() {
    let country = SyntheticWorld.country
    let again = DemoPlan(country: country, events: 2_000, seed: 7).map(text)
    #expect(again == DemoPlan(country: country, events: 2_000, seed: 7).map(text))
    let other = DemoPlan(country: country, events: 2_000, seed: 8).map(text)
    #expect(zip(again, other).count { $0 == $1 } == 0)
  }

  @Test("there are exactly as many items as asked for", arguments: [0, 1, 2, 57, 1_000])
  func count(events: Int) {
    let plan = DemoPlan(country: SyntheticWorld.country, events: events, seed: 3)
    #expect(plan.count == events)
    #expect(plan.reduce(0) { count, _ in count + 1 } == events)
  }

  @Test("a country of one establishment, and one of none, have an evening too", arguments: [0, 1])
  func smallest(establishments: Int) {
    let country = SyntheticCountry(seed: 1, residents: establishments, establishments: establishments, catalogue: SyntheticWorld.catalogue)
    #expect(Array(DemoPlan(country: country, events: 2_000, seed: 1)).count == 2_000)
  }

  @Test("items are numbered, in the order of their append times, and received before they are appended")
  func order() {
    #expect(items.map(\.index) == Array(0..<items.count))
    #expect(zip(items, items.dropFirst()).allSatisfy { $0.appended <= $1.appended })
    for item in items {
      guard case .event(let event, _) = item.content else { continue }
      #expect(event.received < item.appended)
      #expect(event.captured <= event.received)
    }
  }

  @Test("every kind of item, body, channel, deviation and garbage occurs")
  func variety() {
    let seen = items.reduce(into: DeviationSet()) { $0.formUnion($1.deviations) }
    #expect(seen.deviations == Deviation.allCases)
    var garbage: Set<DemoItem.Garbage> = []
    var bodies: Set<String> = []
    var channels: Set<StayEvent.Channel> = []
    var again = [false: 0, true: 0]
    for item in items {
      switch item.content {
      case .garbage(let kind, _): garbage.insert(kind)
      case .again(_, _, _, let isSealedAnew): again[isSealedAnew, default: 0] += 1
      case .event(let event, _):
        bodies.insert(String(describing: event.body).prefix { $0 != "(" }.description)
        channels.insert(event.channel)
      }
    }
    #expect(garbage == Set(DemoItem.Garbage.allCases))
    #expect(bodies == ["checkIn", "amendment", "roomChange", "extended", "checkOut", "cancellation", "dailyClose"])
    #expect(channels == Set(StayEvent.Channel.allCases).subtracting([.command]))
    #expect(again.values.allSatisfy { $0 > 50 })
  }

  @Test("ids are unique but for corrections, ids used again and ids shared with another establishment")
  func ids() {
    var seen: Set<EventID> = []
    let onPurpose = DeviationSet(.corrected, .idReused, .idShared)
    for item in items {
      guard case .event(let event, _) = item.content else { continue }
      #expect(seen.insert(event.id).inserted == item.deviations.isDisjoint(with: onPurpose))
      #expect(event.id.high >> 12 & 15 == 8)
      #expect(event.id.low >> 62 == 2)
    }
  }

  @Test("of a party the adults come before the children")
  func parties() {
    var hasMinor: Set<EventID> = []
    var families = 0
    for item in items where item.deviations.isDisjoint(with: DeviationSet(.corrected, .minorAlone, .birthInFuture)) {
      guard case .event(let event, let identity?) = item.content, case .checkIn(let details) = event.body, let party = details.party,
        let birth = identity.birthDate
      else { continue }
      let isMinor = EveningClock.day.year - birth.year < 18
      if isMinor, hasMinor.insert(party).inserted { families += 1 }
      #expect(isMinor || !hasMinor.contains(party))
    }
    #expect(families > 300)
  }

  @Test("what is sent again is an earlier event of the same establishment, the same bytes or the same content received later")
  func again() throws {
    for item in items {
      guard case .again(let place, let event, let identity, let isSealedAnew) = item.content else { continue }
      #expect(place < item.index)
      let earlier = items[place]
      guard case .event(let first, let firstIdentity) = earlier.content else {
        Issue.record("item \(item.index) sends again what is no event")
        continue
      }
      #expect(identity == firstIdentity)
      #expect(item.key == earlier.key)
      var copy = event
      if isSealedAnew {
        #expect(event.received > first.received)
        copy.received = first.received
      } else {
        #expect(earlier.isSentAgain)
      }
      #expect(copy == first)
    }
  }

  @Test("garbage is what it says")
  func garbage() {
    for item in items {
      guard case .garbage(let kind, let bytes) = item.content else { continue }
      #expect((item.key == nil) == (kind == .noKey))
      switch kind {
      case .tombstone: #expect(bytes == nil)
      case .emptyValue: #expect(bytes == [])
      case .oversize: #expect(bytes?.count ?? 0 > 65_536)
      case .randomBytes, .noKey, .truncatedEvent: #expect((1...400).contains(bytes?.count ?? 0))
      }
    }
  }

  @Test("an event comes under its own key, but for the stray ones")
  func keys() {
    for item in items {
      guard let event = item.event?.event else { continue }
      #expect((item.key == event.establishment) == !item.deviations.contains(.wrongKey))
    }
  }

  @Test("all establishments are opened before the evening, and those that closed are closed after that")
  func establishments() {
    let country = SyntheticWorld.country
    let events = Array(plan.establishmentEvents)
    let closed = (0..<country.establishmentCount).count { country.isClosed(at: $0) }
    #expect(events.count == country.establishmentCount + closed)
    #expect(events.map(\.index) == Array(0..<events.count))
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.appended <= $1.appended })
    #expect(events.allSatisfy { $0.appended < EveningClock.start })
    #expect(Set(events.compactMap { $0.event?.event.id }).count == events.count)
  }
}
