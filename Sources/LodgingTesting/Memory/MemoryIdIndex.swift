public import LodgingDomain
public import LodgingPipeline
import Synchronization

/// An id index in memory.
public final class MemoryIdIndex: IdIndex {
  private struct Key: Hashable, Sendable {
    var establishment: EstablishmentID
    var event: EventID
  }

  private struct Partition: Sendable {
    var position: ChainPosition
    var records: [Key: RegisteredEvent] = [:]
  }

  private let partitions = Mutex<[Int: Partition]>([:])

  /// An empty index.
  public init() {}

  /// The number of registrations of a partition.
  public func count(partition: Int) -> Int { partitions.withLock { $0[partition]?.records.count ?? 0 } }

  /// The position of a partition, or nil where it is empty.
  public func position(partition: Int) throws -> ChainPosition? { partitions.withLock { $0[partition]?.position } }

  /// Adds news and moves the position; false where the index stands elsewhere.
  public func add(
    _ news: [IdIndexNews], partition: Int, after before: ChainPosition?, position: ChainPosition
  ) throws -> Bool {
    partitions.withLock { partitions in
      guard partitions[partition]?.position == before else { return false }
      partitions[partition, default: Partition(position: position)].position = position
      for told in news {
        switch told {
        case .registered(let registration):
          partitions[partition]?.records[Key(establishment: registration.establishment, event: registration.event)] = registration.record
        case .resealed(let stay, let month, let digest):
          let key = Key(establishment: stay.establishment, event: stay.stay)
          partitions[partition]?.records[key]?.month = month
          partitions[partition]?.records[key]?.digest = digest
        }
      }
      return true
    }
  }

  /// The registration of an event, or nil.
  public func find(_ event: EventID, at establishment: EstablishmentID, partition: Int) throws -> RegisteredEvent? {
    partitions.withLock { $0[partition]?.records[Key(establishment: establishment, event: event)] }
  }

  /// Empties a partition's index where it stands at `position`.
  public func clear(partition: Int, standingAt position: ChainPosition) throws {
    partitions.withLock { if $0[partition]?.position == position { $0[partition] = nil } }
  }
}

extension IdIndex {
  /// Adds registrations, and nothing else that entries tell.
  public func add(
    _ registrations: [IndexedRegistration], partition: Int, after before: ChainPosition?, position: ChainPosition
  ) throws -> Bool {
    try add(registrations.map { .registered($0) }, partition: partition, after: before, position: position)
  }
}
