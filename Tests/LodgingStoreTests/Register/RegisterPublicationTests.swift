import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Testing

@Suite("What of a register is to be published")
struct RegisterPublicationTests {
  @Test("What is told of each commit adds up to all that the register holds", arguments: [1, 2, 3] as [UInt64])
  func changes(seed: UInt64) throws {
    let register = try TestRegister()
    var world = try RandomWorld(seed: seed)
    try register.store.commit(try world.nextBatch(events: 100))
    let publication = RegisterPublication(register.store)
    var contents = try publication.everything()
    var alerts = try publication.alerts(contents.alerts)
    for _ in 0..<10 {
      try register.store.commit(try world.nextBatch(events: 40))
      let changes = publication.takeChanges()
      #expect(!changes.isReplaced)
      contents.positions.merge(changes.positions) { $1 }
      contents.establishments.merge(changes.establishments) { $1 }
      let changed = try publication.alerts(Array(changes.alerts))
      for id in changes.alerts { alerts[id] = changed[id] }
    }
    #expect(publication.takeChanges().alerts.isEmpty)
    let whole = try publication.everything()
    #expect(contents.positions == whole.positions && contents.establishments == whole.establishments)
    #expect(try alerts == publication.alerts(whole.alerts) && !alerts.isEmpty)
    let shown = try register.store.read { try $0.alerts(catalogue: register.catalogue) }
    #expect(Set(shown.map(\.id)) == Set(alerts.keys.map(\.description)))
    let nation = try #require(try register.occupancy("VN")).total.occupancy
    #expect(contents.establishments.values.reduce(Occupancy()) { $0 + $1.occupancy } == nation)
  }

  @Test("An alert names province, commune and establishment, and follows when that moves")
  func units() throws {
    let register = try TestRegister()
    let publication = RegisterPublication(register.store)
    var inn = try Example.partition()
    inn.send(try Example.opening())
    inn.send(try Example.checkIn(2), document: 1, flags: [CodeSet(.directoryNameDiffers)])
    try register.commit(&inn)
    let id = try #require(publication.takeChanges().alerts.first)
    #expect(try publication.alerts([id])[id]?.units.map(\.description) == ["01", "00004", "e:HN-0001"])
    inn.send(
      try Example.event(3, at: "2026-11-20T19:00:00+07:00", .establishmentChanged(try Example.details(commune: "25747"))))
    try register.commit(&inn)
    #expect(publication.takeChanges().alerts == [id])
    #expect(try publication.alerts([id])[id]?.units.map(\.description) == ["79", "25747", "e:HN-0001"])
  }

  @Test("A register that went back says so, and one that nobody publishes from notes nothing")
  func replacement() throws {
    let register = try TestRegister()
    let publication = RegisterPublication(register.store)
    var inn = try Example.partition()
    inn.send(try Example.opening())
    try register.commit(&inn)
    try register.store.goBack { _, _ in false }
    let changes = publication.takeChanges()
    #expect(changes.isReplaced && changes.establishments.isEmpty)
    #expect(try publication.everything().establishments.isEmpty)
    publication.end()
    try register.store.commit(ProjectionBatch())
    #expect(!publication.takeChanges().isReplaced)
  }
}
