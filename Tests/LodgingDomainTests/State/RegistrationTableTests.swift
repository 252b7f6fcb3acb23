import LodgingTesting
import Testing

@testable import LodgingDomain

@Suite("What is remembered of registered events")
struct RegistrationTableTests {
  private typealias Registration = PartitionState.Registration

  /// The same as the table promises, with the standard library's dictionary.
  private struct Model {
    struct Key: Hashable {
      var establishment: UInt32
      var event: EventID
    }

    var records: [Key: RegisteredEvent] = [:]
    var order: ArraySlice<Key> = []

    mutating func append(_ registration: Registration) {
      let key = Key(establishment: registration.establishment, event: registration.event)
      records[key] = registration.record
      order.append(key)
    }

    mutating func removeFirst() -> RegisteredEvent? { order.popFirst().flatMap { records.removeValue(forKey: $0) } }
  }

  private static func registration(_ event: EventID, at establishment: UInt32, _ number: Int) -> Registration {
    let record = RegisteredEvent(
      source: Int64(number), digest: Digest128(first: event.low, second: UInt64(number)),
      month: KeyMonth(index: UInt32(24_318 + number % 3)), outcome: number % 5 == 0 ? .flagged : .accepted,
      codes: number % 5 == 0 ? CodeSet(.directoryDocumentLost) : [],
      isCheckIn: number % 2 == 0, registered: Instant(milliseconds: Int64(number) * 1000))
    return Registration(establishment: establishment, event: event, record: record)
  }

  private func expect(_ table: RegistrationTable, equals model: Model, _ words: String) {
    #expect(table.count == model.order.count, "\(words)")
    #expect(table.oldest == model.order.first.flatMap { model.records[$0]?.registered }, "\(words)")
    var differing = 0
    for (place, key) in model.order.enumerated() {
      let registration = table.registration(at: place)
      let isSame =
        registration.establishment == key.establishment && registration.event == key.event && registration.record == model.records[key]
        && table.record(of: key.event, at: Int(key.establishment)) == model.records[key]
      if !isSame { differing += 1 }
    }
    #expect(differing == 0, "\(words)")
  }

  @Test("It is what a dictionary with an order is, and copies stay what they were", arguments: 0..<12)
  func equalsModel(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    // Some begin right before the count of places begins anew.
    var table = RegistrationTable(firstPlace: seed % 3 == 0 ? UInt32.max - 700 : 0)
    var model = Model()
    var copies: [(RegistrationTable, Model)] = []
    // Ids of a narrow choice meet each other at several establishments.
    let idsMax = seed % 2 == 0 ? UInt64(300) : .max
    for number in 0..<24_000 {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<(number / 4000 % 2 == 0 ? 70 : 30):
        let event = EventID(high: random.next() % 2, low: random.next() % idsMax)
        let establishment = UInt32.random(in: 0..<7, using: &random)
        guard model.records[Model.Key(establishment: establishment, event: event)] == nil else { continue }
        table.append(Self.registration(event, at: establishment, number))
        model.append(Self.registration(event, at: establishment, number))
      case 70..<90:
        #expect(table.removeFirst() == model.removeFirst())
      case 90..<95:
        guard let key = model.order.randomElement(using: &random) else { continue }
        let (digest, month) = (Digest128(first: random.next(), second: 1), KeyMonth(index: 24_400))
        table.change(key.event, at: key.establishment, digest: digest, month: month)
        model.records[key]?.digest = digest
        model.records[key]?.month = month
      default:
        let unknown = EventID(high: 7, low: random.next())
        #expect(table.record(of: unknown, at: 0) == nil)
        if copies.count < 8, number % 9 == 0 { copies.append((table, model)) }
      }
    }
    expect(table, equals: model, "after all")
    for (copy, then) in copies { expect(copy, equals: then, "a copy") }
    while let record = table.removeFirst() { #expect(record == model.removeFirst()) }
    #expect(model.order.isEmpty && table.oldest == nil && table.removeFirst() == nil)
  }

  @Test("A hundred thousand are found, forgotten in their order, and not found any more")
  func growth() {
    var table = RegistrationTable()
    var random = SeededGenerator(seed: 1)
    let ids = (0..<100_000).map { _ in EventID(high: random.next(), low: random.next()) }
    for (number, id) in ids.enumerated() { table.append(Self.registration(id, at: 3, number)) }
    #expect(ids.indices.count { table.record(of: ids[$0], at: 3)?.source == Int64($0) } == ids.count)
    #expect(ids.count { table.record(of: $0, at: 4) != nil } == 0)
    for number in 0..<60_000 where table.removeFirst()?.source != Int64(number) { Issue.record("\(number) is not the oldest") }
    #expect(table.count == 40_000)
    #expect(ids.indices.count { table.record(of: ids[$0], at: 3) != nil } == 40_000)
    #expect(table.record(of: ids[59_999], at: 3) == nil && table.record(of: ids[60_000], at: 3)?.source == 60_000)
  }

  @Test("Of an id that is registered again, the later record is found, also when the earlier one is forgotten")
  func again() {
    var table = RegistrationTable()
    for number in [1, 2] { table.append(Self.registration(.number(10), at: 0, number)) }
    #expect(table.record(of: .number(10), at: 0)?.source == 2)
    #expect(table.removeFirst()?.source == 1)
    #expect(table.record(of: .number(10), at: 0)?.source == 2)
    #expect(table.removeFirst()?.source == 2)
    #expect(table.record(of: .number(10), at: 0) == nil && table.count == 0)
  }

  @Test(
    "Ids that a sender chose to be alike are found, and spread evenly over the index",
    arguments: [
      { EventID(high: 0, low: $0) }, { EventID(high: $0, low: 0) }, { EventID(high: 0, low: $0 << 48) },
      { EventID(high: $0 << 48, low: 0) }, { EventID(high: $0, low: $0) }, { EventID(high: $0, low: ~$0) },
      { EventID(high: .max, low: .max - $0) }, { EventID(high: $0 << 32, low: $0 << 32) },
      { EventID(high: $0 &* 0x9E37_79B9_7F4A_7C15, low: 0) },
    ] as [@Sendable (UInt64) -> EventID])
  func adversary(make: @Sendable (UInt64) -> EventID) {
    var table = RegistrationTable()
    // The two ends of the hash choose the part of the index and the place in it.
    var (first, last) = (Array(repeating: 0, count: 256), Array(repeating: 0, count: 256))
    for number in 0..<65_536 {
      let id = make(UInt64(number))
      first[Int(HashedID(id).hash(at: 5) >> 56)] += 1
      last[Int(HashedID(id).hash(at: 5) & 255)] += 1
      if number % 8 == 0 { table.append(Self.registration(id, at: 5, number)) }
    }
    // Eight standard deviations of the binomial distribution around 256.
    #expect((first + last).allSatisfy { (128...384).contains($0) })
    #expect((0..<65_536).count { table.record(of: make(UInt64($0)), at: 5)?.source == Int64($0) } == 8192)
  }
}
