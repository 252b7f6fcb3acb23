/// What is remembered of the events that were registered within the window, in the order in which they were.
///
/// Records lie in chunks, so that a copy of the table and its original share all but the chunks that change, and forgetting the oldest gives
/// whole chunks back. The index is cut into parts by the ids' hashes, which grow one by one: no event pays for all that is remembered.
struct RegistrationTable: Sendable {
  private typealias Chunk = ContiguousArray<Record>

  private var chunks: [Chunk] = []
  /// The number of the first record of the first chunk, counted from the beginning; it may begin anew, and places in the index with it.
  private var base: UInt32
  /// Records of the first chunk that are forgotten.
  private var head = 0
  private var index: [PlaceIndex] = []

  /// An allocator that gives out pages wastes a part of one for each chunk, so a chunk has many: 64.
  private static let chunkRecords = 4096
  private static let indexParts = 64

  /// Nothing is remembered; `firstPlace` is where the count of places begins.
  init(firstPlace: UInt32 = 0) { base = firstPlace }

  /// Nothing is remembered; there is room for so many records before an index must grow, which costs more than all else.
  init(capacity: Int) {
    self.init()
    guard capacity > Self.chunkRecords else { return }
    // The parts are not equally large: four standard deviations more than the mean.
    let mean = Double(capacity / Self.indexParts)
    index = Array(repeating: PlaceIndex(capacity: Int(mean + 4 * mean.squareRoot())), count: Self.indexParts)
    chunks.reserveCapacity(capacity / Self.chunkRecords + 1)
  }

  /// The number of records.
  var count: Int { chunks.isEmpty ? 0 : (chunks.count - 1) * Self.chunkRecords + chunks[chunks.count - 1].count - head }

  /// What is remembered of an event, or nil.
  func record(of event: EventID, at establishment: Int) -> RegisteredEvent? { record(of: HashedID(event), at: establishment) }

  /// The same of an id that is hashed already.
  func record(of event: HashedID, at establishment: Int) -> RegisteredEvent? {
    let establishment = UInt32(truncatingIfNeeded: establishment)
    return place(of: event.id, at: establishment, event.hash(at: establishment)).map { self[$0].registered }
  }

  /// Looks where an event would be searched for; see ``PartitionState/look(for:_:)``.
  func look(for event: HashedID, at establishment: Int) -> UInt64 {
    let hash = event.hash(at: UInt32(truncatingIfNeeded: establishment))
    return index.isEmpty ? 0 : index[Self.part(hash)].look(hash)
  }

  /// The registration at a place in the order, from 0 for the oldest.
  func registration(at place: Int) -> PartitionState.Registration {
    let record = chunks[(head + place) / Self.chunkRecords][(head + place) % Self.chunkRecords]
    return PartitionState.Registration(establishment: record.establishment, event: record.event, record: record.registered)
  }

  /// The time of the oldest registration, or nil.
  var oldest: Instant? { chunks.isEmpty ? nil : chunks[0][head].time }

  /// Remembers another event; one with the same id that was remembered before is not found any more.
  mutating func append(_ registration: PartitionState.Registration) {
    let hash = HashedID(registration.event).hash(at: registration.establishment)
    if let earlier = place(of: registration.event, at: registration.establishment, hash) { remove(earlier, hash) }
    append(registration, hash)
  }

  /// Remembers another event unless one with the same id is remembered already; false in that case.
  mutating func appendNew(_ registration: PartitionState.Registration) -> Bool {
    let hash = HashedID(registration.event).hash(at: registration.establishment)
    guard place(of: registration.event, at: registration.establishment, hash) == nil else { return false }
    append(registration, hash)
    return true
  }

  /// The same of an event that is not remembered, under the hash of its id at its establishment.
  mutating func append(_ registration: PartitionState.Registration, _ hash: UInt64) {
    let place = base &+ UInt32(truncatingIfNeeded: head + count)
    if chunks.isEmpty || chunks[chunks.count - 1].count == Self.chunkRecords {
      chunks.append(Chunk())
      // A table that fills one chunk will fill others; small ones are many and stay small.
      if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(Self.chunkRecords) }
    }
    chunks[chunks.count - 1].append(Record(registration))
    if index.isEmpty { index = Array(repeating: PlaceIndex(), count: Self.indexParts) }
    index[Self.part(hash)].insert(place, hash)
  }

  /// Changes the digest of an event that is remembered, and the month whose key made it.
  mutating func change(_ event: EventID, at establishment: UInt32, digest: Digest128, month: KeyMonth) {
    guard let place = place(of: event, at: establishment, HashedID(event).hash(at: establishment)) else { return }
    (self[place].digest, self[place].month) = (digest, month)
  }

  /// Forgets the oldest event and returns what was remembered of it.
  mutating func removeFirst() -> RegisteredEvent? {
    guard !chunks.isEmpty else { return nil }
    let record = chunks[0][head]
    remove(base &+ UInt32(truncatingIfNeeded: head), HashedID(record.event).hash(at: record.establishment))
    head += 1
    if head == chunks[0].count {
      base &+= UInt32(truncatingIfNeeded: head)
      head = 0
      chunks.removeFirst()
    }
    return record.registered
  }

  private func place(of event: EventID, at establishment: UInt32, _ hash: UInt64) -> UInt32? {
    guard !index.isEmpty else { return nil }
    return index[Self.part(hash)].place(hash) { self[$0].event == event && self[$0].establishment == establishment }
  }

  private mutating func remove(_ place: UInt32, _ hash: UInt64) { index[Self.part(hash)].remove(place, hash) }

  private subscript(place: UInt32) -> Record {
    get { chunks[Int(place &- base) / Self.chunkRecords][Int(place &- base) % Self.chunkRecords] }
    set { chunks[Int(place &- base) / Self.chunkRecords][Int(place &- base) % Self.chunkRecords] = newValue }
  }

  private static func part(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (indexParts - 1) }
}

extension RegistrationTable {
  /// A registration in 64 bytes: a country remembers 21 million of them.
  private struct Record: Sendable {
    var event: EventID
    var digest: Digest128
    var source: Int64
    var time: Instant
    var codes: CodeSet
    var month: KeyMonth
    /// The establishment's place, of which no memory holds a billion, and the two things that are said with one bit each.
    private var establishmentAndBits: UInt32

    private static let checkInBit: UInt32 = 1 << 31
    private static let flaggedBit: UInt32 = 1 << 30

    init(_ registration: PartitionState.Registration) {
      let record = registration.record
      (event, digest, source, time) = (registration.event, record.digest, record.source, record.registered)
      (codes, month) = (record.codes, record.month)
      establishmentAndBits =
        registration.establishment | (record.isCheckIn ? Self.checkInBit : 0) | (record.outcome == .flagged ? Self.flaggedBit : 0)
    }

    var establishment: UInt32 { establishmentAndBits & ~(Self.checkInBit | Self.flaggedBit) }

    var registered: RegisteredEvent {
      RegisteredEvent(
        source: source, digest: digest, month: month, outcome: establishmentAndBits & Self.flaggedBit == 0 ? .accepted : .flagged,
        codes: codes, isCheckIn: establishmentAndBits & Self.checkInBit != 0, registered: time)
    }
  }
}
