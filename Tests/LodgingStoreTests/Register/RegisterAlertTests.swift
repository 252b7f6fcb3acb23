import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Alerts follow from the stays that are known, whatever order they came in")
struct RegisterAlertTests {
  /// Inns A and B in neighbouring communes, C a thousand kilometres away, each on a partition of its own.
  private func partitions() throws -> [PartitionDriver] {
    try ["A": "00004", "B": "00008", "C": "25747"].sorted { $0.key < $1.key }.enumerated().map { number, inn in
      var driver = try Example.partition(number)
      driver.send(try Example.opening(1, of: inn.key, commune: inn.value))
      return driver
    }
  }

  private func kinds(_ register: TestRegister) throws -> [AlertKind] {
    try register.alerts().map(\.kind).sorted { $0.rawValue < $1.rawValue }
  }

  // MARK: One stay

  @Test("An identity that does not agree with the register has one card, which an amendment changes or takes away")
  func judgesIdentity() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5, flags: [CodeSet(.directoryNameDiffers), CodeSet(.directoryNameAccents)])
    try register.commit(&driver)
    let alert = try #require(try register.alerts().first)
    #expect(alert.kind == .identityMismatch)
    #expect(alert.severity == .high)
    #expect(alert.stay == .number(2))
    #expect(alert.at == (try Example.at("2026-11-20T18:00:00+07:00")))
    #expect(alert.reasons == [.finding(.directoryNameDiffers)])

    let details = try Example.stay(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-21T12:00:00+07:00")
    driver.send(
      try Example.event(3, at: "2026-11-20T19:00:00+07:00", .amendment(stay: .number(2), details)), document: 5,
      flags: CodeSet(.directoryDeceased))
    try register.commit(&driver)
    #expect(try register.alerts().map(\.severity) == [.critical])
    driver.send(
      try Example.event(4, at: "2026-11-20T20:00:00+07:00", .amendment(stay: .number(2), details)), document: 5,
      flags: CodeSet(.directoryNameAccents))
    try register.commit(&driver)
    #expect(try register.alerts().isEmpty)
  }

  @Test("A cancelled stay has no card", arguments: [true, false])
  func forgetsCancelled(inOneBatch: Bool) throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5, flags: CodeSet(.directoryDeceased))
    if !inOneBatch { try register.commit(&driver) }
    driver.send(try Example.event(3, at: "2026-11-20T19:00:00+07:00", .cancellation(stay: .number(2))))
    try register.commit(&driver)
    #expect(try register.alerts().isEmpty)
  }

  @Test("A check-out keeps the card")
  func keepsDeparted() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5, flags: CodeSet(.directoryDeceased))
    try register.commit(&driver)
    driver.send(try Example.event(3, at: "2026-11-20T19:00:00+07:00", .checkOut(stay: .number(2))))
    driver.tick(try Example.at("2026-11-25T19:00:00+07:00"))
    try register.commit(&driver)
    #expect(try kinds(register).contains(.identityMismatch))
  }

  // MARK: Two stays

  @Test("One document in two places at a time is an overlap, found whichever partition comes first", arguments: [[0, 1], [1, 0]])
  func findsOverlap(order: [Int]) throws {
    let register = try TestRegister()
    var drivers = try partitions()
    drivers[0].send(try Example.checkIn(2, of: "A", at: "2026-11-20T18:00:00+07:00"), document: 5)
    drivers[1].send(try Example.checkIn(3, of: "B", at: "2026-11-20T19:00:00+07:00"), document: 5)
    for number in order { try register.commit(&drivers[number]) }
    let alert = try #require(try register.alerts().first)
    #expect(try register.alerts().count == 1)
    #expect(alert.kind == .stayOverlap)
    #expect(alert.establishment == (try Example.id("B")))
    #expect(alert.other == (try .example(2, of: "A")))
  }

  @Test("An overlap goes with the reason for it", arguments: ["check-out", "cancellation", "other document", "shorter stay"])
  func endsOverlap(reason: String) throws {
    let register = try TestRegister()
    var drivers = try partitions()
    drivers[0].send(try Example.checkIn(2, of: "A"), document: 5)
    drivers[1].send(try Example.checkIn(3, of: "B", at: "2026-11-20T19:00:00+07:00"), document: 5)
    for number in 0...1 { try register.commit(&drivers[number]) }
    #expect(try kinds(register) == [.stayOverlap])
    switch reason {
    case "check-out":
      drivers[0].send(
        try Example.event(
          4, at: "2026-11-20T19:30:00+07:00", of: "A", received: "2026-11-20T22:00:00+07:00", .checkOut(stay: .number(2))))
    case "cancellation":
      drivers[1].send(try Example.event(4, at: "2026-11-20T22:00:00+07:00", of: "B", .cancellation(stay: .number(3))))
    case "other document":
      let details = try Example.stay(arrival: "2026-11-20T19:00:00+07:00", departure: "2026-11-21T12:00:00+07:00")
      drivers[1].send(
        try Example.event(4, at: "2026-11-20T22:00:00+07:00", of: "B", .amendment(stay: .number(3), details)), document: 6)
    default:
      let departure = LocalMoment(try Example.at("2026-11-20T19:00:00+07:00"))
      drivers[0].send(
        try Example.event(4, at: "2026-11-20T22:00:00+07:00", of: "A", .extended(stay: .number(2), departure: departure)))
    }
    for number in 0...1 { try register.commit(&drivers[number]) }
    #expect(try register.alerts().isEmpty)
  }

  @Test("A thousand kilometres in an hour is impossible, and no longer so when the inn turns out to lie elsewhere")
  func findsTravel() throws {
    let register = try TestRegister()
    var drivers = try partitions()
    drivers[0].send(try Example.checkIn(2, of: "A", at: "2026-11-20T17:00:00+07:00"), document: 5)
    drivers[0].send(
      try Example.event(4, at: "2026-11-20T18:30:00+07:00", of: "A", received: "2026-11-20T18:40:00+07:00", .checkOut(stay: .number(2))))
    drivers[2].send(try Example.checkIn(3, of: "C", at: "2026-11-20T19:30:00+07:00"), document: 5)
    for number in [0, 2] { try register.commit(&drivers[number]) }
    #expect(try kinds(register) == [.impossibleTravel])
    let moved = try Example.details(commune: "00008")
    drivers[2].send(try Example.event(5, at: "2026-11-20T20:00:00+07:00", of: "C", .establishmentChanged(moved)))
    try register.commit(&drivers[2])
    #expect(try register.alerts().isEmpty)
    let back = try Example.details(commune: "25747")
    drivers[2].send(try Example.event(6, at: "2026-11-20T21:00:00+07:00", of: "C", .establishmentChanged(back)))
    try register.commit(&drivers[2])
    #expect(try kinds(register) == [.impossibleTravel])
  }

  @Test("Two rooms of one inn under the same document are no alert")
  func allowsSameInn() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5)
    driver.send(try Example.checkIn(3), document: 5)
    try register.commit(&driver)
    #expect(try register.alerts().isEmpty)
  }

  @Test("An identity sealed anew is held against the stays of its later month")
  func comparesResealed() throws {
    let register = try TestRegister()
    var drivers = try partitions()
    let later = Example.document(50, month: Example.month.next)
    drivers[0].send(try Example.checkIn(2, of: "A"), document: 5)
    let other = try Example.checkIn(3, of: "B", at: "2026-11-20T19:00:00+07:00")
    drivers[1].send(other, facts: .example(of: other, documents: [later]))
    for number in 0...1 { try register.commit(&drivers[number]) }
    #expect(try register.alerts().isEmpty)
    drivers[0].reseal(.number(2), of: try Example.id("A"), to: Example.month.next, fingerprints: [later])
    try register.commit(&drivers[0])
    #expect(try kinds(register) == [.stayOverlap])
  }

  @Test("A number that too many stays declare is held against nothing, until there are fewer", arguments: [1, 100, 300])
  func ignoresPlaceholder(perBatch: Int) throws {
    let register = try TestRegister()
    let memory = MemoryReadModel()
    var drivers = try partitions()
    func commit(_ number: Int) throws {
      let batch = drivers[number].take()
      try register.store.commit(batch)
      try memory.commit(batch)
    }
    func expected() throws -> Int {
      let catalogue = try Example.catalogue()
      return memory.contents.alerts { catalogue.distance(from: $0, to: $1) }.count
    }
    for number in 0...1 { try commit(number) }
    let stays = AlertRules.staysOfDocumentMax
    for stay in 0..<(stays - 1) {
      drivers[0].send(try Example.checkIn(UInt64(stay + 10), of: "A"), document: 5)
      if stay % perBatch == 0 { try commit(0) }
    }
    try commit(0)
    drivers[1].send(try Example.checkIn(2, of: "B"), document: 5)
    try commit(1)
    #expect(try register.alerts().count == stays - 1)
    #expect(try expected() == stays - 1)
    drivers[1].send(try Example.checkIn(3, of: "B"), document: 5)
    try commit(1)
    #expect(try register.alerts().isEmpty)
    #expect(try expected() == 0)
    let details = try Example.stay(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-21T12:00:00+07:00")
    drivers[1].send(try Example.event(4, at: "2026-11-20T22:00:00+07:00", of: "B", .amendment(stay: .number(3), details)), document: 6)
    try commit(1)
    #expect(try register.alerts().count == stays - 1)
  }

  // MARK: Establishments

  @Test("Many failed identities of a day are one alert, which more good check-ins take away")
  func countsFailures() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening(beds: 0))
    for id in 2..<(2 + UInt64(AlertRules.failedIdentitiesMin) - 1) {
      driver.send(try Example.checkIn(id), document: id, flags: CodeSet(.directoryUnknownNumber))
    }
    try register.commit(&driver)
    #expect(try !kinds(register).contains(.failedIdentities))
    driver.send(try Example.checkIn(50), document: 50, flags: CodeSet(.directoryUnknownNumber))
    try register.commit(&driver)
    let alert = try #require(try register.alerts().first { $0.kind == .failedIdentities })
    #expect(alert.day == (try CivilDate(year: 2026, month: 11, day: 20)))
    #expect(alert.at == (try Example.at("2026-11-20T00:00:00+07:00")))
    #expect(alert.severity == .high)
    for id in 100..<(100 + UInt64(4 * AlertRules.failedIdentitiesMin)) { driver.send(try Example.checkIn(id)) }
    try register.commit(&driver)
    #expect(try register.alerts().contains { $0.kind == .failedIdentities && $0.severity == .medium })
    driver.send(try Example.checkIn(200))
    try register.commit(&driver)
    #expect(try !kinds(register).contains(.failedIdentities))
  }

  @Test("Alerts about establishments are replaced partition by partition")
  func replacesStanding() throws {
    let register = try TestRegister()
    var drivers = try partitions()
    for number in 0...1 {
      drivers[number].send(try Example.checkIn(9, of: ["A", "B"][number]))
      drivers[number].tick(try Example.at("2026-11-24T08:00:00+07:00"))
      try register.commit(&drivers[number])
    }
    #expect(try register.alerts().map(\.establishment.description).sorted() == ["A", "B"])
    #expect(try kinds(register) == [.establishmentSilent, .establishmentSilent])
    drivers[0].send(try Example.checkIn(2, of: "A", at: "2026-11-24T09:00:00+07:00", until: "2026-11-25T12:00:00+07:00"))
    drivers[0].tick(try Example.at("2026-11-24T10:00:00+07:00"))
    try register.commit(&drivers[0])
    #expect(try register.alerts().map(\.establishment.description) == ["B"])
    drivers[1].tick(try Example.at("2026-11-28T10:00:00+07:00"))
    try register.commit(&drivers[1])
    #expect(try register.alerts().map(\.severity) == [.medium])
  }

  // MARK: All together

  @Test("Listed by unit, the gravest first, under ids that depend on nothing but the subject")
  func lists() throws {
    let register = try TestRegister()
    var drivers = try partitions()
    drivers[0].send(try Example.checkIn(2, of: "A"), document: 5, flags: CodeSet(.directoryBirthDateSwapped))
    drivers[2].send(try Example.checkIn(3, of: "C"), document: 6, flags: CodeSet(.directoryDeceased))
    for number in [0, 2] { try register.commit(&drivers[number]) }
    func listed(_ unit: String) throws -> [String] {
      try register.store.read { try $0.alerts(in: try UnitCode(unit), catalogue: register.catalogue) }.map(
        \.alert.establishment.description)
    }
    #expect(try listed("VN") == ["C", "A"])
    #expect(try listed("01") == ["A"])
    #expect(try listed("25747") == ["C"])
    #expect(try listed("00008").isEmpty)
    #expect(try listed("e:A") == ["A"])
    #expect(try register.store.read { try $0.alertTotals() } == [.identityMismatch: 2])
    let record = try #require(try register.store.read { try $0.alerts(catalogue: register.catalogue) }.first)
    #expect(record.id == record.alert.id)
    #expect(record.commune == CommuneCode("25747"))
    #expect(record.id.count == 32)
  }

  @Test(
    "A reason is kept as its code with its numbers, and nothing else is read as one",
    arguments: [
      (.finding(.directoryDeceased), "directory.deceased"), (.sameDocument(hours: 5), "stay.overlap 5"),
      (.distance(kilometers: 1100, minutes: 90), "stay.impossible-travel 1100 90"),
      (.overCapacity(hours: 6, guests: 20, beds: 12), "establishment.over-capacity-persisting 6 20 12"),
      (.silent(since: CivilDate(daysSinceEpoch: 20_000)), "establishment.silent 20000"),
      (.failedIdentities(failed: 7, checkIns: 30), "establishment.failed-identities 7 30"),
    ] as [(AlertReason, String)])
  func keepsReasons(reason: AlertReason, stored: String) {
    #expect(reason.stored == stored)
    #expect(AlertReason(stored: stored) == reason)
    #expect(AlertReason(stored: stored + " 1") == nil && AlertReason(stored: stored + " x") == nil)
    #expect(AlertReason(stored: "report.late") == nil && AlertReason(stored: "") == nil, "only flags of the directory are reasons")
  }

  @Test("An alert's id is the hash of its subject under sixteen zero bytes")
  func hasStableID() throws {
    let alert = Alert(
      kind: .identityMismatch, severity: .low, score: 1, establishment: try Example.id("A"), stay: .number(1), at: Instant(milliseconds: 0),
      reasons: [])
    #expect(alert.subject == "identity.mismatch|A|00000000-0000-0000-0000-000000000001")
    // SipHash-2-4 with 128 bits of output, computed by an independent implementation.
    #expect(alert.id == "c678cfffdff9ba6cd56400cb10f4c249")
  }

  @Test("After a random history they are those that follow from all stays at once", arguments: 30...35 as ClosedRange<UInt64>)
  func agreeWithModel(seed: UInt64) throws {
    let register = try TestRegister()
    let memory = MemoryReadModel()
    var world = try RandomWorld(seed: seed)
    for _ in 0..<12 {
      let batch = try world.nextBatch(events: 40)
      try register.store.commit(batch)
      try memory.commit(batch)
      let expected = memory.contents.alerts { register.catalogue.distance(from: $0, to: $1) }
      #expect(Set(try register.alerts()) == expected)
    }
    #expect(try register.store.read { try $0.alertTotals()[.stayOverlap] ?? 0 } > 0)
  }

  @Test("Partitions that are read in other orders and portions give the same alerts", arguments: 60...62 as ClosedRange<UInt64>)
  func ignoreInterleaving(seed: UInt64) throws {
    var world = try RandomWorld(seed: seed)
    var rounds: [[ProjectionBatch]] = []
    for _ in 0..<8 { rounds.append(try world.nextBatches(events: 60)) }
    let sideBySide = try TestRegister()
    for round in rounds { for batch in round { try sideBySide.store.commit(batch) } }
    let oneAfterTheOther = try TestRegister()
    for partition in [2, 0, 1] { for round in rounds { try oneAfterTheOther.store.commit(round[partition]) } }
    #expect(Set(try sideBySide.alerts()) == Set(try oneAfterTheOther.alerts()))
    let totals = { (register: TestRegister) in try register.store.read { try $0.totals() } }
    #expect(try totals(sideBySide) == totals(oneAfterTheOther))
  }
}
