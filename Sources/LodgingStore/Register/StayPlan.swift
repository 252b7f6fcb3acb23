import LodgingDomain
import LodgingPipeline

/// What one batch does to one stay, all its updates put together, so that its row is written once.
struct StayPlan {
  let reference: StayReference
  let partition: Int
  /// Whether the batch opens the stay; there is a row only where another stay had the id before.
  let isOpened: Bool
  private(set) var presence: RecordedPresence
  private(set) var stay: Stay
  private(set) var changed: Instant
  private(set) var told: StayUpdate.Told?
  /// The offset of the check-in on the events topic, where the batch opens the stay.
  private(set) var checkIn: Int64?
  /// The offsets of the batch's amendments on the events topic.
  private(set) var amendments: [Int64] = []
  private(set) var departed: Instant?
  private(set) var presumedLeft: PresumedLeftChange = .keep
  private(set) var reseal: ResealRow?
  /// Whether anything changed that other stays under the same document are held against.
  private(set) var concernsDocument: Bool

  init(_ update: StayUpdate) {
    reference = update.reference
    partition = update.partition
    isOpened = update.change == .opened
    presence = RecordedPresence(after: update.change, presence: update.stay.presence)
    stay = update.stay
    changed = update.at
    told = update.told
    departed = update.departed
    concernsDocument = false
    note(update)
  }

  mutating func add(_ update: StayUpdate) {
    presence = RecordedPresence(after: update.change, presence: update.stay.presence)
    stay = update.stay
    changed = update.at
    if let told = update.told { self.told = told }
    if let departed = update.departed { self.departed = departed }
    note(update)
  }

  /// Adds an identity sealed anew, in the order of the ledger; what was sealed before the last telling is of no interest any more.
  mutating func add(_ reseal: ResealRow) {
    if let told, told.identityOffset > reseal.identityOffset { return }
    var all = reseal
    all.fingerprints = (self.reseal?.fingerprints ?? []) + reseal.fingerprints
    self.reseal = all
    stay.month = reseal.month
    concernsDocument = true
  }

  private mutating func note(_ update: StayUpdate) {
    if let told = update.told {
      if case .opened = update.change { checkIn = told.source }
      if case .amended = update.change { amendments.append(told.source) }
    }
    switch update.change {
    case .opened, .amended, .changed, .departed, .cancelled: concernsDocument = true
    case .presenceChanged, .expired: break
    }
    switch presence {
    case .present, .overdue: presumedLeft = .clear
    case .departed, .cancelled, .expired: break
    case .presumedLeft:
      if case .presenceChanged = update.change { presumedLeft = .set(update.at) } else { presumedLeft.fill(update.at) }
    }
  }
}

/// What a batch does to the moment since when a guest is taken to have left.
enum PresumedLeftChange: Hashable {
  /// It stays as it is.
  case keep
  /// It is taken away.
  case clear
  /// It is this moment.
  case set(Instant)
  /// It is this moment where there was none.
  case fill(Instant)

  mutating func fill(_ instant: Instant) {
    switch self {
    case .keep: self = .fill(instant)
    case .clear: self = .set(instant)
    case .set, .fill: break
    }
  }
}

/// The stays of a batch in the order of their first update, and reseals of stays that nothing else happened to.
struct StayPlans {
  private(set) var plans: [StayPlan] = []
  private(set) var reseals: [ResealRow] = []

  init(_ batch: ProjectionBatch) {
    var places: [StayReference: Int] = [:]
    places.reserveCapacity(batch.stays.count)
    plans.reserveCapacity(batch.stays.count)
    for update in batch.stays {
      if let place = places[update.reference], update.change != .opened {
        plans[place].add(update)
      } else if let place = places[update.reference] {
        // The id of a stay that ended long ago, taken once more: what was before is over, in this batch or an earlier one.
        plans[place] = StayPlan(update)
      } else {
        places[update.reference] = plans.count
        plans.append(StayPlan(update))
      }
    }
    for reseal in batch.reseals {
      if let place = places[reseal.reference] { plans[place].add(reseal) } else { reseals.append(reseal) }
    }
  }
}
