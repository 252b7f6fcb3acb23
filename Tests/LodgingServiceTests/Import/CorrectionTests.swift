import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import Testing

@Suite("Correcting by importing again")
struct CorrectionTests {
  @Test("A card can be corrected as often as it takes, and taking a correction back is one")
  func cards() throws {
    let rig = try ImportRig()
    let versions = [Sheet.card(), Sheet.card(sex: "Nam"), Sheet.card(sex: "Nam", birth: "02011990"), Sheet.card()]
    var receipts: [String] = []
    for (index, version) in versions.enumerated() {
      let row = try #require(try rig.run(version).first)
      #expect(row.isRegistered, "version \(index): \(row.outcome) \(row.codes)")
      receipts.append(try #require(row.receipt))
    }
    #expect(Set(receipts).count == versions.count)
    let stay = try #require(try rig.opened().first)
    #expect(try rig.stays().count == 1)
    #expect(stay.identity.sex == "F" && stay.identity.birthDate == "1990-01-01")
    let again = try #require(try rig.run(Sheet.card()).first)
    #expect(again.outcome == "duplicate" && again.receipt == receipts.last)
  }

  @Test("A row of a sheet that is sent as it was before its correction is applied, and only then a duplicate")
  func sheets() throws {
    let rig = try ImportRig()
    let (first, second) = (Sheet.csv(Sheet.row(room: "101")), Sheet.csv(Sheet.row(room: "102")))
    for (file, room) in [(first, "101"), (second, "102"), (first, "101"), (second, "102"), (second, "102")] {
      let row = try #require(try rig.run(file).first)
      #expect(try rig.stays().map(\.room) == [room], "\(row.outcome) \(row.codes)")
    }
    #expect(try rig.run(second).map(\.outcome) == ["duplicate"])
  }

  @Test("A file that has a guest twice registers nothing when it is imported again")
  func twiceInOneFile() throws {
    let rig = try ImportRig()
    let file = Sheet.csv(
      Sheet.row(room: "101"), Sheet.row(room: "102"), Sheet.row(room: "102"), Sheet.row(room: "103"), Sheet.row(room: "101"))
    let before = try rig.run(file)
    #expect(before.map(\.isRegistered) == [true, true, false, true, true])
    for _ in 0..<2 {
      let after = try rig.run(file)
      #expect(after.map(\.outcome) == Array(repeating: "duplicate", count: 5))
      #expect(after.map(\.receipt) == before.map(\.receipt), "the first receipts")
    }
    #expect(try rig.stays().map(\.room) == ["101"])
  }

  @Test("The last row about a guest is what holds in the end, whatever was corrected since")
  func lastRowHolds() throws {
    let rig = try ImportRig()
    let file = Sheet.csv(Sheet.row(room: "101"), Sheet.row(room: "102"))
    let before = try rig.run(file)
    _ = try rig.run(Sheet.csv(Sheet.row(room: "109")))
    let after = try rig.run(file)
    #expect(after.map(\.outcome)[0] == "duplicate" && after[0].receipt == before[0].receipt)
    #expect(after[1].isRegistered)
    #expect(try rig.stays().map(\.room) == ["102"])
  }

  @Test("What a command filled in is not filled in anew by a correction")
  func filledIn() throws {
    let rig = try ImportRig()
    _ = try rig.run(Sheet.card())
    let before = try #require(try rig.stays().first)
    try rig.move(to: "2026-11-21T20:00:00+07:00")
    #expect(try rig.run(Sheet.card()).map(\.outcome) == ["duplicate"])
    #expect(try rig.run(Sheet.card(sex: "Nam"))[0].isRegistered)
    let after = try #require(try rig.stays().first)
    #expect(after.arrival == before.arrival && after.departure == before.departure)
  }

  @Test("A correction of a stay that was reported in time is not late, and keeps the arrival of a day alone")
  func inTime() throws {
    let rig = try ImportRig(at: "2026-11-20T20:00:00+07:00")
    #expect(try rig.run(Sheet.csv(Sheet.row(room: "101")))[0].codes == [])
    let arrival = try #require(try rig.stays().first).arrival
    try rig.move(to: "2026-11-21T09:00:00+07:00")
    #expect(try rig.run(Sheet.csv(Sheet.row(room: "102")))[0].codes == [])
    #expect(try rig.stays().map(\.arrival) == [arrival])
  }

  @Test("Passports of one number are as many documents as there are countries that gave it")
  func nationalities() throws {
    let rig = try ImportRig()
    let zones = try Sheet.passport("X00000001", nationality: "D") + "\n" + Sheet.passport("X00000001", nationality: "FRA")
    let rows = try rig.run(zones, format: "mrz")
    #expect(rows.map(\.isRegistered) == [true, true], "\(rows.map(\.codes))")
    #expect(Set(try rig.stays().map(\.nationality)) == [try Nationality("D"), try Nationality("FRA")])
    #expect(try rig.run(zones, format: "mrz").map(\.outcome) == ["duplicate", "duplicate"])
  }

  @Test("A card imported with an arrival is the same row again when the arrival is written in the same words")
  func statedArrival() throws {
    let rig = try ImportRig()
    let stated: [StatedTime] = [
      try StatedTime(parsing: "21/11/2026"), try StatedTime(parsing: "21/11/2026 07:00"),
      try StatedTime(parsing: "2026-11-21T07:00:00+07:00"),
    ]
    #expect(stated.map { "\($0)" } == ["2026-11-21", "2026-11-21T07:00:00", "2026-11-21T00:00:00Z"])
    let first = try rig.run(Sheet.card()) { $0.arrival = stated[1] }
    let again = try rig.run(Sheet.card()) { $0.arrival = stated[1] }
    #expect(first[0].isRegistered && again[0].outcome == "duplicate" && again[0].receipt == first[0].receipt)
  }
}
