import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// What establishments send, drawn by the seed: mostly sensible, sometimes wrong, repeated, out of order or garbage.
struct Workload {
  /// The establishments, each with the partition that its key belongs to.
  let sites: [Site]
  /// What every record that was made means, by its bytes.
  private(set) var sent: [[UInt8]: Sent] = [:]
  /// What kinds of things were sent.
  private(set) var coverage = Coverage()

  private let partitions: Int
  private let sealers: Sealers
  private let plan: Plan
  private var random: SeededGenerator
  private var events: [Sent] = []
  private var stays: [(site: Int, id: EventID)] = []
  private var ids: UInt64 = 0
  private var contents = 0
  /// Records that were made and are held back, to be sent out of their order.
  private var held: [Outgoing] = []

  struct Site {
    var id: EstablishmentID
    var partition: Int
  }

  /// What kinds of things are sent in a world.
  struct Plan {
    var sitesMax = 3
    /// Whether identities are sealed for real; plain otherwise.
    var isSealed = false
    var hasDeadlyGuests = false
    /// Whether records come out of order.
    var isReordered = true
    /// How far back late reports reach, in days.
    var lateDaysMax = 20
  }

  init(partitions: Int, plan: Plan, sealers: Sealers, random: SeededGenerator) {
    self.partitions = partitions
    self.plan = plan
    self.sealers = sealers
    self.random = random
    var sites: [Site] = []
    for number in 0..<plan.sitesMax {
      guard let id = try? EstablishmentID("E-\(number)") else { continue }
      sites.append(Site(id: id, partition: id.withUTF8 { Partitioner.partition(of: $0, among: partitions) }))
    }
    self.sites = sites
  }

  /// The records that open the establishments.
  mutating func openings(at now: Instant) -> [Outgoing] {
    sites.indices.flatMap { make(draft($0, at: now, .establishmentOpened(details(beds: UInt32(random.within(1...6))))), guest: nil) }
  }

  /// The next records, and sometimes those that were held back before.
  mutating func next(at now: Instant) -> [Outgoing] {
    var records = draw(at: now)
    if plan.isReordered, random.chance(1, of: 10) {
      held += records
      records = []
    }
    if !held.isEmpty, random.chance(1, of: 4) { records.append(held.remove(at: random.below(held.count))) }
    return records
  }

  /// A last event of an establishment, so that whoever is alive at the end has something to decide.
  mutating func last(of site: Int, at now: Instant) -> [Outgoing] { close(site, at: now) }

  /// What is still held back.
  mutating func rest() -> [Outgoing] {
    defer { held = [] }
    return held
  }

  // MARK: Kinds

  private mutating func draw(at now: Instant) -> [Outgoing] {
    let site = random.below(sites.count)
    switch random.below(100) {
    case 0..<36: return checkIn(site, at: now)
    case 36..<64: return aboutStay(at: now)
    case 64..<69: return close(site, at: now)
    case 69..<72: return aboutSite(site, at: now)
    case 72..<80: return again(at: now, isSealedAnew: false)
    case 80..<86: return again(at: now, isSealedAnew: true)
    case 86..<88: return fileAgain(site, at: now)
    case 88..<92: return reuse(at: now)
    default: return garbage(site, at: now)
    }
  }

  private mutating func checkIn(_ site: Int, at now: Instant) -> [Outgoing] {
    guard let guest = Guests.draw(&random, deadly: plan.hasDeadlyGuests && random.chance(1, of: 12)) else { return [] }
    if guest.isDeadly { coverage.note(.deadlyGuest) }
    var event = draft(site, at: now, .checkIn(stayDetails(guest, at: now)))
    if let details = event.stayDetails { event.happened = details.arrival.instant }
    stays.append((site, event.id))
    return make(event, guest: guest)
  }

  private mutating func stayDetails(_ guest: Guests.Guest, at now: Instant) -> StayDetails {
    let arrival: Instant
    switch random.below(40) {
    case 0: arrival = now.adding(hours: 5)
    case 1: arrival = now.adding(days: -400)
    case 2...5: arrival = now.adding(hours: -24 * Int64(random.within(1...plan.lateDaysMax)))
    default: arrival = now.adding(minutes: -Int64(random.below(360)))
    }
    let hours = random.chance(1, of: 40) ? -3 : Int64(random.within(2...90))
    var nationality = guest.nationality
    if random.chance(1, of: 60) { nationality = nationality == .vietnam ? .germany : .vietnam }
    return StayDetails(
      guestKind: guest.kind, nationality: nationality, room: random.chance(1, of: 6) ? "" : "\(101 + random.below(4))",
      arrival: LocalMoment(arrival), departure: LocalMoment(arrival.adding(hours: hours)), reason: random.chance(1, of: 60) ? 0 : 1)
  }

  private mutating func aboutStay(at now: Instant) -> [Outgoing] {
    var (site, stay) = random.pick(stays) ?? (random.below(sites.count), newID())
    if random.chance(1, of: 15) { stay = newID() }
    if random.chance(1, of: 20) { site = random.below(sites.count) }
    switch random.below(28) {
    case 0..<7:
      guard let guest = Guests.draw(&random, deadly: false) else { return [] }
      return make(draft(site, at: now, .amendment(stay: stay, stayDetails(guest, at: now))), guest: guest)
    case 7..<12:
      return make(
        draft(site, at: now, .roomChange(stay: stay, room: random.chance(1, of: 12) ? "" : "\(201 + random.below(3))")), guest: nil)
    case 12..<16:
      let departure = LocalMoment(now.adding(hours: Int64(random.within(-30...100))))
      return make(draft(site, at: now, .extended(stay: stay, departure: departure)), guest: nil)
    case 16..<25:
      var event = draft(site, at: now, .checkOut(stay: stay))
      event.happened = now.adding(hours: Int64(random.pick([0, 0, 0, -1, -5, 4]) ?? 0))
      return make(event, guest: nil)
    default: return make(draft(site, at: now, .cancellation(stay: stay)), guest: nil)
    }
  }

  private mutating func close(_ site: Int, at now: Instant) -> [Outgoing] {
    make(draft(site, at: now, .dailyClose(day: LocalZone.vietnam.date(at: now), guests: 2)), guest: nil)
  }

  private mutating func aboutSite(_ site: Int, at now: Instant) -> [Outgoing] {
    let body: StayEvent.Body
    switch random.below(4) {
    case 0: body = .establishmentClosed
    case 1: body = .establishmentChanged(details(beds: UInt32(random.below(4))))
    default: body = .establishmentOpened(details(beds: UInt32(random.below(6))))
    }
    return make(draft(site, at: now, body), guest: nil)
  }

  /// An event that was sent before, under the same id and with the same content; sealed anew, possibly to the next month, or byte by byte.
  private mutating func again(at now: Instant, isSealedAnew: Bool) -> [Outgoing] {
    guard var first = random.pick(events) else { return [] }
    coverage.note(isSealedAnew ? .sealedAnew : .sentAgain)
    if isSealedAnew { sealAnew(&first, at: now) }
    return encode(first)
  }

  /// The last events of an establishment in their order, all sealed anew, as an import of the same file does it.
  private mutating func fileAgain(_ site: Int, at now: Instant) -> [Outgoing] {
    let file = events.filter { $0.event.establishment == sites[site].id }.suffix(random.within(2...8))
    if file.count > 1 { coverage.note(.fileSealedAnew) }
    return file.flatMap { line -> [Outgoing] in
      var again = line
      sealAnew(&again, at: now)
      return encode(again)
    }
  }

  private mutating func sealAnew(_ sent: inout Sent, at now: Instant) {
    sent.event.received = now
    if case .sealed(let month) = sent.seal { sent.seal = .sealed(random.chance(1, of: 2) ? KeyMonth(at: now) : month.next) }
  }

  /// Another content under an id that was sent before.
  ///
  /// It keeps the times of the first, so that it is looked up as far back as the first lies.
  private mutating func reuse(at now: Instant) -> [Outgoing] {
    guard var other = random.pick(events) else { return [] }
    coverage.note(.sentReused)
    contents += 1
    other.content = contents
    other.event.ownReference = "again \(contents)"
    other.event.received = now
    return encode(other)
  }

  private mutating func garbage(_ site: Int, at now: Instant) -> [Outgoing] {
    let partition = random.below(partitions)
    let key = sites[site].id.withUTF8 { Array($0) }
    switch random.below(18) {
    case 0..<4: return [Outgoing(partition: partition, key: key, value: random.bytes(random.within(1...40)))]
    case 4, 5: return [Outgoing(partition: partition, key: key, value: nil)]
    case 6: return [Outgoing(partition: partition, key: nil, value: [])]
    case 7: return [Outgoing(partition: partition, key: key, value: [UInt8](repeating: 8, count: LogLimits.eventBytesMax + 1))]
    case 8, 9: return [Outgoing(partition: partition, key: [], value: ValidatorLoop.tick.value)]
    case 10: return [Outgoing(partition: partition, key: key, value: ValidatorLoop.tick.value)]
    case 11..<14: return checkIn(site, at: now).map { Outgoing(partition: $0.partition, key: Array("E-9".utf8), value: $0.value) }
    case 14: return checkIn(site, at: now).map { Outgoing(partition: $0.partition, key: nil, value: $0.value) }
    default: return checkIn(site, at: now).map { Outgoing(partition: partition, key: $0.key, value: $0.value) }
    }
  }

  // MARK: Making records

  private mutating func newID() -> EventID {
    ids += 1
    return EventID(high: 0x5157, low: ids)
  }

  private mutating func draft(_ site: Int, at now: Instant, _ body: StayEvent.Body) -> StayEvent {
    var event = StayEvent(
      id: newID(), establishment: sites[site].id, happened: now, captured: now, received: now, channel: .api, body: body)
    if random.chance(1, of: 10) { event.after = random.chance(1, of: 4) ? newID() : random.pick(events)?.event.id }
    if random.chance(1, of: 8) {
      event.capturedOffline = true
      event.captured = now.adding(hours: -Int64(random.below(30)))
    }
    return event
  }

  private func details(beds: UInt32) -> EstablishmentDetails {
    EstablishmentDetails(name: "Inn", kind: .guestHouse, commune: sealers.commune, remote: beds == 2, rooms: 4, beds: beds)
  }

  private mutating func make(_ event: StayEvent, guest: Guests.Guest?) -> [Outgoing] {
    contents += 1
    var new = Sent(event: event, identity: guest?.identity, seal: .none, content: contents)
    if let guest {
      (new.problems, new.isMinor, new.isDeadly) = (guest.problems, guest.isMinor, guest.isDeadly)
      new.seal = drawSeal(at: event.received)
      if new.seal == .none { new.identity = nil }
    }
    events.append(new)
    return encode(new)
  }

  private mutating func drawSeal(at now: Instant) -> Sent.Seal {
    if random.chance(1, of: 40) { return .none }
    guard plan.isSealed, !random.chance(1, of: 20) else { return .plain }
    let month = KeyMonth(at: now)
    switch random.below(30) {
    case 0: return .broken(month)
    case 1: return .sealed(month.previous)
    case 2: return .sealed(KeyMonth(index: 1))
    case 3...5: return .sealed(month.next)
    default: return .sealed(month)
    }
  }

  private mutating func encode(_ new: Sent) -> [Outgoing] {
    var value: [UInt8] = []
    guard let identity = sealers.outgoing(new), (try? WireEvent.encode(new.event, identity: identity, into: &value)) != nil else {
      return []
    }
    sent[value] = new
    if case .plain = identity {
      // Where plain identity is refused, this is what the ledger keeps.
      var kept: [UInt8] = []
      if (try? WireEvent.encode(new.event, into: &kept)) != nil { sent[kept] = new }
    }
    let key = new.event.establishment.withUTF8 { Array($0) }
    let partition = sites.first { $0.id == new.event.establishment }?.partition ?? 0
    return [Outgoing(partition: partition, key: key, value: value)]
  }
}

extension KeyMonth {
  /// The local month of an instant.
  init(at instant: Instant) {
    let date = LocalZone.vietnam.date(at: instant)
    self.init(index: UInt32(date.year * 12 + date.month - 1))
  }
}
