import LodgingDomain

extension DemoIterator {
  /// The kind of garbage at a place below 100,000, by the rates; nil for most places.
  static func garbage(_ place: Int) -> DemoItem.Garbage? {
    var bound = 0
    for (kind, rate) in garbageRates {
      bound += rate
      if place < bound { return kind }
    }
    return nil
  }

  private static let garbageRates: [(DemoItem.Garbage, Int)] = [
    (.randomBytes, EveningRates.Item.randomBytes), (.truncatedEvent, EveningRates.Item.truncatedEvent),
    (.emptyValue, EveningRates.Item.emptyValue), (.tombstone, EveningRates.Item.tombstone), (.oversize, EveningRates.Item.oversize),
    (.noKey, EveningRates.Item.noKey),
  ]

  /// An item that is no event.
  func garbage(_ kind: DemoItem.Garbage, _ random: inout SyntheticRandom) -> DemoItem {
    let place = country.establishmentCount == 0 ? -1 : cast.establishment(&random)
    let key = writer.establishment(place)
    let bytes: [UInt8]? =
      switch kind {
      case .randomBytes, .noKey: random.bytes(random.within(1...400))
      case .truncatedEvent: truncatedEvent(of: key, &random)
      case .emptyValue: []
      case .tombstone: nil
      case .oversize: random.bytes(DemoItem.Garbage.oversizeMin + random.below(16_384))
      }
    return DemoItem(
      index: index, appended: now, key: kind == .noKey ? nil : key, content: .garbage(kind, bytes), deviations: DeviationSet(.garbage),
      isSentAgain: false)
  }

  /// The first fields of an event as the schema numbers them, and then a sealed identity that ends before its length says.
  private func truncatedEvent(of establishment: EstablishmentID, _ random: inout SyntheticRandom) -> [UInt8] {
    var bytes: [UInt8] = [1 << 3 | 2, 16]
    bytes += random.bytes(16)
    let key = Array(establishment.description.utf8)
    bytes += [2 << 3 | 2, UInt8(truncatingIfNeeded: key.count)]
    bytes += key
    bytes += [15 << 3 | 2, 200, 1]
    bytes += random.bytes(random.below(200))
    return bytes
  }

  /// An event about a stay that nobody checked in.
  mutating func unknownStay(_ random: inout SyntheticRandom) -> DemoItem {
    let number = takeNumber()
    var stay = self.stay(at: cast.establishment(&random), guest: 0, isForeign: false, party: 0, random: &random)
    stay.id = EveningWriter.Reserved.nowhere + number
    stay.sequence = 0
    stay.arrival = now.adding(hours: -1)
    stay.departure = now.adding(hours: 20)
    let kind: PlannedEvent.Kind = random.pick([.roomChange, .extended, .checkOut, .cancellation])
    var event = PlannedEvent(kind: kind, id: number, stay: stay, deviations: DeviationSet(.stayUnknown))
    event.received = receipt(&random)
    return item(event, isSentAgain: false)
  }

  /// A good check-in that ends up under another key or in another partition.
  mutating func strayEvent(_ deviation: Deviation) -> DemoItem {
    var random = SyntheticRandom(seed: seed, stream: "stray", index: UInt64(index))
    var stay = stay(at: cast.establishment(&random), guest: cast.adult(), isForeign: false, party: 0, random: &random)
    stay.deviations = DeviationSet(deviation)
    return checkIn(stay)
  }

  /// An establishment closes its books.
  mutating func dailyClose(_ place: Int, _ random: inout SyntheticRandom) -> DemoItem {
    var stay = self.stay(at: place, guest: 0, isForeign: false, party: 0, random: &random)
    stay.sequence = 0
    var event = PlannedEvent(kind: .dailyClose, id: takeNumber(), stay: stay)
    event.guests = Int(cast.guests[place])
    if random.chance(EveningRates.miscountedPer100k, of: 100_000) {
      event.guests += random.within(3...9)
      event.deviations = DeviationSet(.miscounted)
    }
    event.received = receipt(&random)
    return item(event, isSentAgain: false)
  }
}
