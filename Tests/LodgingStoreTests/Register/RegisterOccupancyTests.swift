import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Occupancy adds up from establishments to the nation")
struct RegisterOccupancyTests {
  /// One inn in each commune: two guests, one guest, none.
  private func register() throws -> (TestRegister, PartitionDriver) {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening(1, of: "A", commune: "00004", beds: 4))
    driver.send(try Example.opening(2, of: "B", commune: "00008", beds: 2))
    driver.send(try Example.opening(3, of: "C", commune: "25747", beds: 8))
    driver.send(try Example.checkIn(4, of: "A", room: "1"))
    let child = try Example.checkIn(5, of: "A", nationality: .germany, room: "1")
    driver.send(child, facts: .example(of: child, minor: true))
    driver.send(try Example.checkIn(6, of: "B"))
    try register.commit(&driver)
    return (register, driver)
  }

  @Test("Each level is the sum of the next one, with its children in order")
  func sums() throws {
    let (register, _) = try register()
    let nation = try #require(try register.occupancy("VN"))
    #expect(nation.total.name == "Việt Nam")
    #expect(nation.total.occupancy.guests == 3)
    #expect(nation.total.occupancy.citizens == 2)
    #expect(nation.total.occupancy.foreigners == 1)
    #expect(nation.total.occupancy.minors == 1)
    #expect(nation.total.occupancy.roomsInUse == 2)
    #expect(nation.total.occupancy.beds == 14)
    #expect(nation.total.occupancy.establishments == 3)
    #expect(nation.total.arrivals == 3)
    #expect(nation.children.map(\.unit.description) == ["01", "79"])
    #expect(nation.children.map(\.occupancy.guests) == [3, 0])
    let province = try #require(try register.occupancy("01"))
    #expect(province.children.map(\.unit.description) == ["00004", "00008"])
    #expect(province.children.map(\.name) == ["North One", "North Two"])
    #expect(province.children.map(\.occupancy.guests) == [2, 1])
    #expect(province.children.map(\.arrivals) == [2, 1])
    #expect(province.total.occupancy == nation.children[0].occupancy)
    let commune = try #require(try register.occupancy("00004"))
    #expect(commune.children.map(\.unit.description) == ["e:A"])
    #expect(commune.total.occupancy == province.children[0].occupancy)
    let inn = try #require(try register.occupancy("e:A"))
    #expect(inn.total.occupancy == commune.total.occupancy)
    #expect(inn.total.arrivals == 2)
    #expect(inn.children.isEmpty)
  }

  @Test("Units that nobody knows have no report, known ones without anybody have zeros")
  func distinguishesUnknown() throws {
    let (register, _) = try register()
    #expect(try register.occupancy("02") == nil)
    #expect(try register.occupancy("99999") == nil)
    #expect(try register.occupancy("e:X") == nil)
    #expect(try register.occupancy("79")?.total.occupancy.guests == 0)
    #expect(try TestRegister().occupancy("VN")?.total.occupancy == Occupancy())
  }

  @Test("The version names each partition's offset, and the least ledger time is as of when")
  func tellsVersion() throws {
    let (register, first) = try register()
    var other = try Example.partition(2)
    other.tick(try Example.at("2026-11-21T03:00:00+07:00"))
    try register.commit(&other)
    let version = try #require(try register.occupancy("VN")).version
    #expect(version.text == "0:6,2:1")
    #expect(version.asOf == first.state.now)
  }

  @Test("Arrivals and departures are those of the local day that the answer stands at")
  func countsDay() throws {
    var (register, driver) = try register()
    driver.send(try Example.event(7, at: "2026-11-21T00:30:00+07:00", of: "A", .checkOut(stay: .number(4))))
    try register.commit(&driver)
    let nation = try #require(try register.occupancy("VN"))
    #expect(nation.day == (try CivilDate(year: 2026, month: 11, day: 21)))
    #expect(nation.total.arrivals == 0)
    #expect(nation.total.departures == 1)
    #expect(nation.total.occupancy.guests == 2)
  }

  @Test("An establishment that moves takes its guests and beds along; one that closes has nothing to let")
  func moves() throws {
    var (register, driver) = try register()
    driver.send(
      try Example.event(7, at: "2026-11-20T19:00:00+07:00", of: "A", .establishmentChanged(try Example.details(commune: "25747", beds: 4))))
    driver.send(try Example.event(8, at: "2026-11-20T19:00:00+07:00", of: "B", .establishmentClosed))
    try register.commit(&driver)
    #expect(try register.occupancy("00004")?.total.occupancy == Occupancy())
    #expect(try register.occupancy("79")?.total.occupancy.guests == 2)
    #expect(try register.occupancy("79")?.total.occupancy.beds == 12)
    #expect(try register.occupancy("e:B")?.total.occupancy.beds == 0)
    #expect(try register.occupancy("e:B")?.total.occupancy.guests == 1)
    #expect(try register.occupancy("VN")?.total.occupancy.establishments == 2)
  }

  @Test("The map names every unit with guests")
  func mapsGuests() throws {
    let (register, _) = try register()
    let map = try register.store.read { try $0.guests(catalogue: register.catalogue) }
    #expect(Dictionary(uniqueKeysWithValues: map.map { ($0.key.description, $0.value) }) == ["VN": 3, "01": 3, "00004": 2, "00008": 1])
  }

  @Test("A commune that the catalogue does not know counts for the nation")
  func countsUnknownCommune() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening(1, of: "A", commune: "12345"))
    driver.send(try Example.checkIn(2, of: "A"))
    try register.commit(&driver)
    #expect(try register.occupancy("VN")?.total.occupancy.guests == 1)
    #expect(try register.occupancy("12345")?.total.occupancy.guests == 1)
  }

  @Test("A moment in the past is answered by what is known of the stays now")
  func looksBack() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening(1, of: "A", beds: 4))
    driver.send(try Example.checkIn(2, of: "A", at: "2026-11-20T18:00:00+07:00", until: "2026-11-21T12:00:00+07:00", room: "1"))
    driver.send(try Example.checkIn(3, of: "A", at: "2026-11-20T19:00:00+07:00", until: "2026-11-22T12:00:00+07:00", nationality: .germany))
    driver.send(try Example.checkIn(4, of: "A", at: "2026-11-20T20:00:00+07:00"))
    driver.send(try Example.event(5, at: "2026-11-20T21:00:00+07:00", of: "A", .cancellation(stay: .number(4))))
    driver.send(try Example.event(6, at: "2026-11-21T10:00:00+07:00", of: "A", .checkOut(stay: .number(3))))
    driver.tick(try Example.at("2026-11-23T00:00:00+07:00"))
    try register.commit(&driver)
    func occupancy(_ time: String, of unit: String = "e:A") throws -> Occupancy {
      try #require(try report(time, of: unit)).total.occupancy
    }
    func report(_ time: String, of unit: String) throws -> OccupancyReport? {
      try register.store.read {
        try $0.occupancy(try UnitCode(unit), at: try Example.at("\(time)+07:00"), catalogue: register.catalogue)
      }
    }
    #expect(try occupancy("2026-11-20T17:59:59").guests == 0)
    #expect(try occupancy("2026-11-20T18:00:00").present == 1)
    let evening = try occupancy("2026-11-20T22:00:00")
    #expect(evening.guests == 2, "a cancelled stay never was")
    #expect(evening.citizens == 1)
    #expect(evening.foreigners == 1)
    #expect(evening.roomsInUse == 2)
    #expect(evening.beds == 4)
    #expect(try occupancy("2026-11-21T10:00:00").guests == 1, "one left at that moment")
    #expect(try occupancy("2026-11-21T12:00:00").overdue == 1)
    #expect(try occupancy("2026-11-22T11:59:59").overdue == 1)
    #expect(try occupancy("2026-11-22T12:00:00").overdue == 0)
    #expect(try occupancy("2026-11-22T12:00:00").presumedLeft == 1)
    for unit in ["VN", "01", "00004"] { #expect(try occupancy("2026-11-20T22:00:00", of: unit) == evening) }
    #expect(try occupancy("2026-11-20T22:00:00", of: "79") == Occupancy())
    for unit in ["99", "99999", "e:NOPE"] { #expect(try report("2026-11-20T22:00:00", of: unit) == nil) }
    for (unit, child) in [("VN", "01"), ("01", "00004"), ("00004", "e:A")] {
      let report = try #require(try report("2026-11-20T22:00:00", of: unit))
      #expect(report.children.first { $0.unit.description == child }?.occupancy == evening, "\(unit)")
      #expect(report.children.map(\.occupancy).reduce(Occupancy(), +) == evening)
      #expect(report.total.arrivals == 2 && report.children.map(\.arrivals).reduce(0, +) == 2)
    }
    #expect(try report("2026-11-20T18:30:00", of: "VN")?.total.arrivals == 1, "those of the day up to the moment")
    #expect(try report("2026-11-21T09:59:59", of: "VN")?.total.departures == 0)
    #expect(try report("2026-11-21T10:00:00", of: "VN")?.total.departures == 1)
    #expect(try report("2026-11-21T10:00:00", of: "VN")?.total.arrivals == 0)
    let now = try register.occupancy("VN")
    #expect(try report("2026-11-23T00:00:00", of: "VN") == now, "a moment that ledger time has not passed is now")
    #expect(try report("2099-01-01T00:00:00", of: "VN") == now)
  }

  @Test("After a random history, figures are those of the folded states", arguments: [11, 12, 13] as [UInt64])
  func agreesWithStates(seed: UInt64) throws {
    let register = try TestRegister()
    let memory = MemoryReadModel()
    var world = try RandomWorld(seed: seed)
    for _ in 0..<10 {
      let batch = try world.nextBatch(events: 80)
      try register.store.commit(batch)
      try memory.commit(batch)
    }
    let states = world.partitions.flatMap(\.state.establishments)
    for unit in ["VN", "01", "79", "00004", "00008", "25747"] {
      let inside = states.filter { state in
        unit == "VN" || state.details.commune.description == unit
          || register.catalogue.commune(state.details.commune)?.province.description == unit
      }
      let expected = inside.map(Occupancy.init(of:)).reduce(Occupancy(), +)
      let report = try #require(try register.occupancy(unit))
      #expect(report.total.occupancy == expected, "\(unit)")
      #expect(report.children.map(\.occupancy).reduce(Occupancy(), +) == expected)
      #expect(report.children.map(\.arrivals).reduce(0, +) == report.total.arrivals)
    }
    #expect(memory.contents.occupancy { _ in true } == states.map(Occupancy.init(of:)).reduce(Occupancy(), +))
    let now = try #require(world.partitions.map(\.state.now).max())
    let past = try register.store.read { try $0.occupancy(.nation, at: now, catalogue: register.catalogue) }
    let current = try register.occupancy("VN")
    #expect(past == current, "no partition's ledger time is behind that moment")
  }

  @Test("After a random history, past figures of a unit are the sums of its establishments'", arguments: [14, 15] as [UInt64])
  func pastAddsUp(seed: UInt64) throws {
    let register = try TestRegister()
    var world = try RandomWorld(seed: seed)
    for _ in 0..<6 {
      try register.store.commit(world.nextBatch(events: 80))
      try register.moveIndexes(rowsMax: 100)
    }
    let end = try #require(world.partitions.map(\.state.now).min())
    for hours in [1, 20, 60] as [Int64] {
      func report(_ unit: String) throws -> OccupancyReport {
        let unit = try UnitCode(unit)
        return try #require(
          try register.store.read { try $0.occupancy(unit, at: end.adding(hours: -hours), catalogue: register.catalogue) })
      }
      let inns = try (0..<12).map { try report("e:E-\($0)").total }
      let nation = try report("VN")
      #expect(nation.total.occupancy == inns.map(\.occupancy).reduce(Occupancy(), +) && nation.total.occupancy.guests > 0)
      #expect(nation.total.arrivals == inns.map(\.arrivals).reduce(0, +))
      #expect(nation.total.departures == inns.map(\.departures).reduce(0, +))
      #expect(try nation.children == ["01", "79"].map { try report($0).total })
    }
  }
}
