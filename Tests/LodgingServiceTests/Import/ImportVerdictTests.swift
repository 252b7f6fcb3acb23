import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import Testing

@Suite("What an import says of each row")
struct ImportVerdictTests {
  // MARK: Departures that have taken place

  @Test("A departure told as today's day is the moment of the receipt, and is no departure in the future")
  func departedToday() throws {
    let rig = try ImportRig()
    let file = Sheet.declaration(left: "21/11/2026")
    let first = try rig.run(file)[0]
    #expect(first.isRegistered && !first.codes.contains("field.invalid"), "\(first.codes)")
    let stay = try #require(try rig.stays().first)
    #expect(stay.presence == .departed)
    #expect(stay.departed == (try Instant(rfc3339: "2026-11-21T08:30:00+07:00")))
    try rig.move(to: "2026-11-22T10:00:00+07:00")
    let again = try rig.run(file)[0]
    #expect(again.outcome == "duplicate" && again.receipt == first.receipt && again.codes == first.codes)
    #expect(try rig.stays().map(\.departed) == [stay.departed])
  }

  @Test("A departure of an earlier day alone is that day's end")
  func departedYesterday() throws {
    let rig = try ImportRig()
    #expect(try rig.run(Sheet.declaration(left: "20/11/2026"))[0].isRegistered)
    #expect(try rig.stays().map(\.departed) == [try Instant(rfc3339: "2026-11-20T23:59:59+07:00")])
  }

  @Test("A check-out that is refused is told in its row", arguments: ["24/11/2026", "21/11/2026 12:00"])
  func departedInTheFuture(left: String) throws {
    let rig = try ImportRig()
    for _ in 0..<2 {
      let row = try rig.run(Sheet.declaration(left: left))[0]
      #expect(row.receipt != nil && row.codes.contains("field.invalid"))
      #expect(row.fields.map(\.field) == ["actual_departure"])
      #expect(row.fields.allSatisfy { $0.text.contains("lies in the future") && $0.textVietnamese.contains("tương lai") })
      #expect(row.isIncomplete, "the exit code says so")
      #expect(try rig.stays().map(\.presence) == [.present])
    }
  }

  @Test("A guest who left is not told to leave once more at another time")
  func departedOtherwise() throws {
    let rig = try ImportRig()
    _ = try rig.run(Sheet.declaration(left: "20/11/2026"))
    let row = try rig.run(Sheet.declaration(left: "21/11/2026"))[0]
    #expect(row.isIncomplete, "\(row.outcome) \(row.codes)")
    #expect(try rig.stays().filter { $0.presence == .departed }.count == 1)
  }

  // MARK: All reasons, in words

  @Test("A row that cannot be read as it is learns at once that the establishment is closed and the arrival too old")
  func allReasons() throws {
    let rig = try ImportRig()
    try rig.send(.establishmentClosed)
    let rows = try rig.run(
      Sheet.csv(
        Sheet.row(birth: "31/02/1990"), Sheet.row(sex: "X", arrival: "20/01/2025"), Sheet.row(departure: "19/11/2026"), "1,2,3", Sheet.row()
      ))
    #expect(
      rows.map { Set($0.codes) } == [
        ["field.invalid", "establishment.closed"], ["field.invalid", "establishment.closed", "time.arrival-too-old"],
        ["time.departure-before-arrival", "establishment.closed"], ["field.invalid", "establishment.closed"], ["establishment.closed"],
      ])
    #expect(rows[1].fields.map(\.field).sorted() == ["arrival", "sex"])
    #expect(rows[2].fields.map(\.field) == ["departure"], "once")
    #expect(rows[3].fields.map(\.field) == ["row"])
    #expect(rows.allSatisfy { $0.outcome == "rejected" && $0.receipt == nil })
  }

  @Test("A code that is about no field has its words in both languages")
  func words() throws {
    let rig = try ImportRig()
    let late = try #require(try rig.json(try rig.run(Sheet.csv(Sheet.row()))[0])["reasons"] as? [[String: String]])
    #expect(late.map { $0["code"] } == ["report.late"])
    #expect(late[0]["text"]?.isEmpty == false && late[0]["text_vi"]?.isEmpty == false)
    try rig.send(.establishmentClosed)
    let rows = try rig.run(Sheet.csv(Sheet.row(birth: "31/02/1990", number: "001190000002")))
    let reasons = try #require(try rig.json(rows[0])["reasons"] as? [[String: String]])
    #expect(reasons.map { $0["code"] } == ["establishment.closed"], "what is said with its field is not said twice")
  }

  @Test("What looks wrong and is taken all the same is suggested")
  func advice() throws {
    let rig = try ImportRig()
    let row = try rig.run(Sheet.csv(Sheet.row(phone: "900000105")))[0]
    let advice = try #require(try rig.json(row)["advice"] as? [[String: Any]])
    #expect(row.isRegistered)
    #expect(advice.map { $0["field"] as? String } == ["phone"])
    #expect(advice.map { $0["repair"] as? String } == ["0900000105"])
  }

  @Test("A name that would turn the direction of a line is refused like one with a control character", arguments: ["\u{202E}", "\u{2067}"])
  func direction(mark: String) throws {
    let rig = try ImportRig()
    for file in [Sheet.csv(Sheet.row(name: "Nguyễn \(mark)Thị Mẫu")), Sheet.card(name: "Nguyễn \(mark)Thị Mẫu")] {
      let row = try rig.run(file)[0]
      #expect(row.outcome == "rejected" && row.codes == ["field.invalid"], "\(row.codes)")
      #expect(row.fields.map(\.field) == ["full_name"])
      #expect(row.fields.allSatisfy { $0.text.contains("control character") })
    }
  }

  // MARK: Families

  @Test("A child that stands before its parent in a sheet is not alone")
  func childFirst() throws {
    let rig = try ImportRig(at: "2026-11-20T20:00:00+07:00")
    let rows = try rig.run(
      Sheet.csv(
        Sheet.row(name: "Nguyễn Văn Con", birth: "01/01/2018", sex: "M", number: "001218000001", room: "201"),
        Sheet.row(room: "201"), Sheet.row(name: "Lê Văn Con", birth: "01/01/2018", sex: "M", number: "001218000002", room: "202")))
    #expect(rows.map(\.row) == [1, 2, 3])
    #expect(rows.map(\.codes) == [[], [], ["guest.minor-alone"]])
  }
}
