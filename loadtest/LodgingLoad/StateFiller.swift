import LodgingDomain
import LodgingSynthetic

/// Fills the state of one partition with as many open stays and registered ids as it is told, by events that are applied in order as a
/// validator applies them: check-ins of guests who stay, and between them guests who came and left again.
struct StateFiller {
  /// The state so far.
  private(set) var state: PartitionState
  private let plan: Plan
  private let houses: [EstablishmentID]
  private var random: SyntheticRandom
  private var observer = NoObserver()
  private var source: Int64 = 0

  /// What one partition is to hold.
  struct Plan {
    var partition: Int
    var establishments: Int
    /// Guests who are there at the end.
    var stays: Int
    /// Ids in all, of which establishments take one each, guests who are there one each, and those who left two each.
    var ids: Int

    /// Guests who came and left.
    var departed: Int { (ids - establishments - stays) / 2 }
    /// Ids that are left over where that is no whole number.
    var left: Int { (ids - establishments - stays) % 2 }
  }

  /// How the ids are spread over the window in which a state remembers them.
  private static let begin = Instant(milliseconds: 1_795_000_000_000)
  private static let spanMilliseconds: Int64 = 6 * 86_400_000
  /// How long a guest who leaves means to stay; who stays means to beyond the window.
  private static let shortStayHours: Int64 = 18
  private static let longStayDays: Int64 = 8
  private static let month = KeyMonth(containing: begin)

  /// Opens the establishments of a plan.
  init(_ plan: Plan) throws {
    self.plan = plan
    state = PartitionState(now: Self.begin)
    random = SyntheticRandom(seed: 1, stream: "state", index: UInt64(plan.partition))
    guard let commune = CommuneCode(number: 4) else { throw LoadError.failed("there is no such commune") }
    houses = try (0..<plan.establishments).map { try EstablishmentID("VN-\(plan.partition)-\($0)") }
    for (number, house) in houses.enumerated() {
      let details = EstablishmentDetails(
        name: "Khách sạn \(plan.partition * plan.establishments + number)", kind: .hotel, commune: commune, remote: false, rooms: 40,
        beds: 80)
      apply(.establishmentOpened(details), id: random.id(), at: house, Self.begin)
    }
  }

  /// Applies everything.
  mutating func fill() throws {
    let nationality = try Nationality("VNM")
    let guests = plan.stays + plan.departed
    var staying = 0
    for number in 0..<guests {
      let time = Self.begin.adding(milliseconds: Self.spanMilliseconds * Int64(number) / Int64(guests))
      let house = houses[number % houses.count]
      // Those who stay are spread evenly among those who leave.
      let isStaying = (number + 1) * plan.stays / guests > staying
      let departure = isStaying ? time.adding(days: Self.longStayDays) : time.adding(hours: Self.shortStayHours)
      let details = StayDetails(
        guestKind: .citizen, nationality: nationality, room: "\(100 + number % 300)", arrival: LocalMoment(time),
        departure: LocalMoment(departure), party: number.isMultiple(of: 3) ? random.id() : nil)
      let stay = random.id()
      apply(.checkIn(details), id: stay, at: house, time)
      if isStaying { staying += 1 } else { apply(.checkOut(stay: stay), id: random.id(), at: house, time) }
    }
    if plan.left > 0 {
      apply(.dailyClose(day: LocalZone.vietnam.date(at: state.now), guests: UInt32(plan.stays)), id: random.id(), at: houses[0], state.now)
    }
  }

  private mutating func apply(_ body: StayEvent.Body, id: EventID, at house: EstablishmentID, _ time: Instant) {
    let event = StayEvent(
      id: id, establishment: house, happened: time, captured: time, received: time, channel: .api, body: body)
    let facts = Facts(month: Self.month, digest: Digest128(first: random.next(), second: random.next()))
    state.apply(event, facts: facts, decision: Decision(outcome: .accepted), source: source, now: time, observer: &observer)
    source += 1
  }
}

extension SyntheticRandom {
  fileprivate mutating func id() -> EventID { EventID(high: next(), low: next()) }
}
