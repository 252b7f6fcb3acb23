import Crypto
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingSynthetic
import LodgingWire

/// Sends the evening's items to the events log in order, as establishments' software would: each sealed with the sender's key of the day.
///
/// A chunk is one transaction of a fixed part of the stream, so an interrupted producer goes on behind the last chunk and never sends
/// anything twice.
struct DemoProducer {
  private let register: Register
  private let plan: DemoPlan
  private let clock: SimulatedClock
  private let appender: any LogAppender
  private let month: KeyRingMonth
  private let expired: KeyRingMonth
  private var senders: [EstablishmentID: IdentitySealer] = [:]
  private var kept: [Int: [UInt8]] = [:]

  /// Records of one transaction.
  static let chunkRecords = LogLimits.submissionsInFlightMax

  init(_ register: Register, plan: DemoPlan, clock: SimulatedClock) throws {
    self.register = register
    self.plan = plan
    self.clock = clock
    appender = try register.log.makeAppender()
    expired = try Self.month(of: register.keys, at: EveningClock.start.adding(days: -61))
    _ = try Self.month(of: register.keys, at: EveningClock.start.adding(days: -31))
    month = try Self.month(of: register.keys, at: EveningClock.start)
  }

  /// The month with its public key, which stays when the secret keys are destroyed.
  private static func month(of keys: FileKeyRing, at time: Instant) throws(KeyRingError) -> KeyRingMonth {
    do {
      return try keys.currentMonth(at: time)
    } catch {
      guard case .monthDestroyed(let month) = error, let told = keys.month(month) else { throw error }
      return told
    }
  }

  /// Items of a plan: establishments, the evening, and a closing tick for each partition.
  static func total(of plan: DemoPlan, partitions: Int) -> Int {
    plan.establishmentEvents.reduce(0) { count, _ in count + 1 } + plan.count + partitions
  }

  /// Sends everything behind the first `done` items; `progress` is told the number of items sent in all.
  ///
  /// Sends nothing where the evening's key is destroyed: nobody could open what is sealed to it.
  mutating func run(done: Int, progress: (Int) -> Void) throws {
    guard month.destroyed == nil else { return }
    var place = 0
    var inChunk = 0
    for item in plan.establishmentEvents {
      try send(item, place: &place, done: done, inChunk: &inChunk, progress: progress)
    }
    for item in plan {
      try send(item, place: &place, done: done, inChunk: &inChunk, progress: progress)
    }
    try settle(place, progress)
    guard place + register.log.partitionCount > done else { return }
    // One submission a partition in one transaction, so that all of them stand at the same ledger time.
    clock.move(to: EveningClock.end)
    for partition in 0..<register.log.partitionCount {
      try appender.submit([ValidatorLoop.tick], to: TopicPartition(.events, partition), tag: 0)
    }
    try settle(place + register.log.partitionCount, progress)
  }

  private mutating func send(
    _ item: DemoItem, place: inout Int, done: Int, inChunk: inout Int, progress: (Int) -> Void
  ) throws {
    place += 1
    guard place > done else { return }
    clock.move(to: item.appended)
    let record = NewRecord(key: item.key.map { $0.withUTF8 { Array($0) } }, value: try value(of: item))
    try appender.submit([record], to: TopicPartition(.events, Self.partition(of: item, in: register)), tag: 0)
    inChunk += 1
    guard inChunk == Self.chunkRecords else { return }
    inChunk = 0
    try settle(place, progress)
  }

  private func settle(_ place: Int, _ progress: (Int) -> Void) throws {
    for acknowledgement in try appender.acknowledgements(timeout: .seconds(60)) {
      if case .failure(let error) = acknowledgement.result { throw ServiceError.appendFailed("\(error)") }
    }
    progress(place)
  }

  /// The partition that an item goes to.
  static func partition(of item: DemoItem, in register: Register) -> Int {
    let count = register.log.partitionCount
    guard let key = item.key else { return item.index % count }
    return (register.partition(of: key) + (item.isInWrongPartition ? 1 : 0)) % count
  }

  // MARK: Sealing

  private mutating func value(of item: DemoItem) throws -> [UInt8]? {
    switch item.content {
    case .garbage(_, let bytes): return bytes
    case .again(let first, _, _, false):
      if let bytes = kept[first] { return bytes }
      return try encoded(item)
    case .again: return try encoded(item)
    case .event:
      let bytes = try encoded(item)
      if item.isSentAgain { kept[item.index] = bytes }
      return bytes
    }
  }

  private mutating func encoded(_ item: DemoItem) throws -> [UInt8] {
    guard let (event, identity) = item.event else { return [] }
    var bytes: [UInt8] = []
    try WireEvent.encode(event, identity: try outgoing(identity, of: event, item.sealing), into: &bytes)
    return bytes
  }

  private mutating func outgoing(_ identity: GuestIdentity?, of event: StayEvent, _ sealing: DemoItem.Sealing) throws -> OutgoingIdentity {
    guard let identity else { return .none }
    switch sealing {
    case .plain: return .plain(DemoItem.unsealedGuest)
    case .expiredMonth:
      return .sealed(try Self.sealer(expired).seal(identity, establishment: event.establishment, event: event.id))
    case .sealed, .damaged:
      var sealed = try sender(event.establishment).seal(identity, establishment: event.establishment, event: event.id)
      if case .damaged = sealing { sealed.ciphertext[0] ^= 1 }
      return .sealed(sealed)
    }
  }

  private mutating func sender(_ establishment: EstablishmentID) throws -> IdentitySealer {
    if let sender = senders[establishment] { return sender }
    let sender = try Self.sealer(month)
    senders[establishment] = sender
    return sender
  }

  private static func sealer(_ month: KeyRingMonth) throws -> IdentitySealer {
    let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: month.publicKey)
    return try IdentitySealer(month: month.month, publicKey: key)
  }
}
