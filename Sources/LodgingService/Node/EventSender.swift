import Crypto
package import LodgingDomain
package import LodgingPipeline
import LodgingStore
import LodgingWire

/// Appends events of this machine's commands and waits until they are decided and folded.
///
/// It belongs to one thread.
package final class EventSender {
  private let register: Register
  private let worker: Worker
  private let appender: any LogAppender
  private var sealer: IdentitySealer?

  /// Makes a sender.
  package init(_ register: Register) throws {
    self.register = register
    worker = try Worker(register)
    appender = try register.log.makeAppender()
  }

  /// Gives back what the sender holds.
  package func close() { worker.close() }

  /// Seals and encodes an event; throws where a text is longer than the schema allows.
  package func encode(_ event: StayEvent, identity: GuestIdentity?) throws -> [UInt8] {
    var bytes: [UInt8] = []
    guard let identity else {
      try WireEvent.encode(event, into: &bytes)
      return bytes
    }
    let sealed = try currentSealer().seal(identity, establishment: event.establishment, event: event.id)
    try WireEvent.encode(event, identity: .sealed(sealed), into: &bytes)
    return bytes
  }

  /// Appends records of one establishment in one transaction, and returns their verdicts once they are in the read model, in order.
  package func send(_ records: [[UInt8]], of establishment: EstablishmentID) throws -> [ReceiptRow] {
    guard !records.isEmpty else { return [] }
    let partition = register.partition(of: establishment)
    let key = establishment.withUTF8 { Array($0) }
    let batch = records.map { NewRecord(key: key, value: $0) }
    try appender.submit(batch, to: TopicPartition(.events, partition), tag: 0)
    var offsets: [Int64] = []
    for acknowledgement in try appender.acknowledgements(timeout: .seconds(30)) {
      switch acknowledgement.result {
      case .success(let landed): offsets += landed
      case .failure(let error): throw ServiceError.appendFailed("\(error)")
      }
    }
    guard let last = offsets.max(), offsets.count == records.count else { throw ServiceError.appendFailed("not acknowledged in time") }
    try worker.settle([partition: last])
    return try register.store.read { view in
      try offsets.map { offset in
        guard let receipt = try view.receipt(partition: partition, source: offset) else {
          throw ServiceError.notDecidedInTime(partition: partition, source: offset)
        }
        return receipt
      }
    }
  }

  /// Appends records in one transaction, and returns where each landed once all of them are decided and in the read model.
  ///
  /// At most ``LogLimits/submissionsInFlightMax`` at a time.
  package func deliver(_ records: [(partition: Int, record: NewRecord)]) throws -> [Int64] {
    for (index, item) in records.enumerated() {
      try appender.submit([item.record], to: TopicPartition(.events, item.partition), tag: UInt64(index))
    }
    var landed: [Int64?] = Array(repeating: nil, count: records.count)
    for acknowledgement in try appender.acknowledgements(timeout: .seconds(30)) {
      switch acknowledgement.result {
      case .success(let offsets): landed[Int(acknowledgement.tag)] = offsets.first
      case .failure(let error): throw ServiceError.appendFailed("\(error)")
      }
    }
    let sources = landed.compactMap(\.self)
    guard sources.count == records.count else { throw ServiceError.appendFailed("not acknowledged in time") }
    try worker.settle(Dictionary(zip(records.map(\.partition), sources), uniquingKeysWith: max))
    return sources
  }

  /// Decides and folds what the logs hold already, so that questions are answered as of now.
  package func settleAll() throws { try worker.settleAll() }

  private func currentSealer() throws -> IdentitySealer {
    let month = try register.keys.currentMonth(at: register.clock.now)
    if let sealer, sealer.month == month.month { return sealer }
    let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: month.publicKey)
    let made = try IdentitySealer(month: month.month, publicKey: key)
    sealer = made
    return made
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension EventSender: Sendable {}
