import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Receipts, quarantine and totals say what was decided")
struct RegisterReceiptTests {
  @Test("A receipt is given back in every part, of each outcome")
  func givesBackReceipts() throws {
    let register = try TestRegister()
    var driver = try Example.partition(1)
    driver.send(try Example.opening())
    var first = try Example.checkIn(2)
    first.ownReference = "booking 7"
    driver.send(first)
    driver.send(first)
    let bad = try Example.checkIn(3)
    let problems = [FieldProblem(.documentNumber, .documentNumberMalformed), FieldProblem(.birthDate, .fieldMissing)]
    driver.send(bad, facts: .example(of: bad, problems: problems))
    driver.send(
      try Example.event(4, at: "2026-11-20T20:00:00+07:00", .dailyClose(day: try CivilDate(year: 2026, month: 11, day: 20), guests: 1)))
    let batch = driver.take()
    #expect(batch.receipts.map(\.decision.outcome) == [.accepted, .accepted, .duplicate, .rejected, .accepted])
    try register.store.commit(batch)
    try register.store.read { view throws in
      for receipt in batch.receipts { #expect(try view.receipt(partition: 1, source: receipt.source) == receipt) }
      #expect(try view.receipt(partition: 1, source: 99) == nil)
      #expect(try view.receipt(partition: 0, source: 1) == nil)
      #expect(try view.receipts(of: .number(2), at: try Example.id(Example.inn)) == Array(batch.receipts[1...2]))
      #expect(try view.receipts(of: .number(9), at: try Example.id(Example.inn)).isEmpty)
    }
  }

  @Test("A rejection at an establishment that nobody knows has its receipt too")
  func findsReceiptOfUnknown() throws {
    let register = try TestRegister()
    var driver = try Example.partition(1)
    driver.send(try Example.checkIn(2, of: "NOBODY"))
    let batch = driver.take()
    try register.store.commit(batch)
    let found = try register.store.read { try $0.receipts(of: .number(2), at: try Example.id("NOBODY")) }
    #expect(found == batch.receipts)
    #expect(found.first?.decision.codes == CodeSet(.establishmentUnknown))
  }

  @Test("Every kind of event keeps its number")
  func keepsKinds() throws {
    let register = try TestRegister()
    var batch = ProjectionBatch()
    for kind in EventKind.allCases {
      batch.receipts.append(
        ReceiptRow(
          partition: 0, source: Int64(kind.rawValue), ledgerOffset: Int64(kind.rawValue), establishment: try Example.id("A"),
          event: EventID(high: .max, low: .max), stay: nil, kind: kind, decision: Decision(outcome: .accepted),
          digest: Digest128(first: .max, second: 1), received: Instant(milliseconds: .min), now: Instant(milliseconds: .max),
          ownReference: ""))
    }
    try register.store.commit(batch)
    try register.store.read { view throws in
      for receipt in batch.receipts { #expect(try view.receipt(partition: 0, source: receipt.source) == receipt) }
    }
  }

  @Test("Quarantined records are listed in the order of their places")
  func listsQuarantine() throws {
    let register = try TestRegister()
    var driver = try Example.partition(2)
    driver.garbage(.eventWrongKey, reason: "key of another establishment", size: 0)
    driver.garbage(.eventUndecodable, reason: "", size: 65_536)
    let batch = driver.take()
    try register.store.commit(batch)
    #expect(try register.store.read { try $0.quarantine() } == batch.quarantine)
  }

  @Test("Totals count events of stays and garbage, not events of establishments; a duplicate gives no code again")
  func counts() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    try register.commit(&driver)
    driver.send(try Example.checkIn(2), document: 5, flags: CodeSet(.directoryNameDiffers))
    driver.send(try Example.checkIn(2), document: 5, flags: CodeSet(.directoryNameDiffers))
    try register.commit(&driver)
    driver.send(try Example.checkIn(3))
    driver.send(try Example.event(4, at: "2026-11-20T20:00:00+07:00", .checkOut(stay: .number(99))))
    driver.garbage()
    driver.send(try Example.event(5, at: "2026-11-20T20:00:00+07:00", of: "NOBODY", .establishmentClosed))
    try register.commit(&driver)
    let totals = try register.store.read { try $0.totals() }
    #expect(totals.decisions == [.accepted: 1, .flagged: 1, .duplicate: 1, .rejected: 1, .undecodable: 1])
    #expect(totals.codes == [.directoryNameDiffers: 1, .stayUnknown: 1, .eventUndecodable: 1])
    #expect(totals.events == 5)
  }

  @Test("Establishments are listed by id and shown with their figures")
  func showsEstablishments() throws {
    let register = try TestRegister()
    var driver = try Example.partition(1)
    driver.send(try Example.opening(1, of: "B", beds: 1))
    driver.send(try Example.opening(2, of: "A"))
    driver.send(try Example.checkIn(3, of: "B"))
    driver.send(try Example.checkIn(4, of: "B", nationality: .germany))
    try register.commit(&driver)
    let all = try register.store.read { try $0.establishments() }
    #expect(all.map(\.id.description) == ["A", "B"])
    let shown = try #require(try register.store.read { try $0.establishment(try Example.id("B")) })
    #expect(shown == all[1])
    #expect(shown.row.partition == 1)
    #expect(shown.row.ordinal == 0)
    #expect(shown.row.details.name == "Inn One")
    #expect(shown.row.overSince == (try Example.at("2026-11-20T18:00:00+07:00")))
    #expect(shown.occupancy.guests == 2)
    #expect(try register.store.read { try $0.establishment(try Example.id("X")) } == nil)
  }

  @Test("After a random history, receipts and quarantine are those that were committed")
  func agreesWithMemory() throws {
    let register = try TestRegister()
    let memory = MemoryReadModel()
    var world = try RandomWorld(seed: 21)
    for _ in 0..<8 {
      let batch = try world.nextBatch(events: 100)
      try register.store.commit(batch)
      try memory.commit(batch)
    }
    let contents = memory.contents
    try register.store.read { view throws in
      for (key, receipt) in contents.receipts { #expect(try view.receipt(partition: key.partition, source: key.source) == receipt) }
      #expect(Set(try view.quarantine()) == Set(contents.quarantine.values))
      #expect(try view.totals().events == contents.receipts.values.count { $0.kind.isOfStay } + contents.quarantine.count)
      for (reference, row) in contents.stays {
        let stay = try #require(try view.stay(reference))
        #expect(stay.presence == row.presence)
        #expect(stay.departed == row.departed)
        #expect(stay.room == row.stay.room)
        #expect(stay.month == row.stay.month)
        #expect(stay.fingerprints == row.told?.fingerprints)
        #expect(stay.identityOffset == row.told?.identityOffset)
      }
    }
  }
}
