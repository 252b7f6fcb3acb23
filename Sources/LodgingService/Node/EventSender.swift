import Crypto
package import LodgingDomain
import LodgingGateway
package import LodgingPipeline
import LodgingStore
import LodgingWire

/// Appends events of this machine's commands and waits until they are decided and folded.
///
/// On a cluster each submission begins a trace, which its records carry as the header `traceparent` beside the attributes of CloudEvents, for
/// other people's tools.
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
  ///
  /// A verdict is handed out only where the ledger decided the very bytes that were sent. Throws ``ServiceError/partitionStopped(_:)``
  /// with nothing appended, ``ServiceError/otherVerdict(partition:source:)`` where the log was changed meanwhile, and what settling throws.
  package func send(_ records: [[UInt8]], of establishment: EstablishmentID) throws -> [ReceiptRow] {
    guard !records.isEmpty else { return [] }
    let partition = register.partition(of: establishment)
    let key = establishment.withUTF8 { Array($0) }
    try worker.checkStanding(of: partition)
    let trace = beginTrace()
    let batch = records.map { headed(NewRecord(key: key, value: $0), trace) }
    try appender.submit(batch, to: TopicPartition(.events, partition), tag: 0)
    var offsets: [Int64] = []
    for acknowledgement in try appender.settle(1) {
      switch acknowledgement.result {
      case .success(let landed): offsets += landed
      case .failure(let error): throw ServiceError.appendFailed("\(error)")
      }
    }
    let incarnation = try register.sources(of: partition)
    let sources = offsets.map(incarnation.at)
    guard let last = sources.max(), sources.count == records.count else { throw ServiceError.appendFailed("not acknowledged in time") }
    try worker.settle([partition: last])
    let receipts = try register.store.read { view in
      try sources.map { source in
        guard let receipt = try view.receipt(partition: partition, source: source) else {
          throw ServiceError.notDecidedInTime(partition: partition, source: source)
        }
        return receipt
      }
    }
    for (receipt, record) in zip(receipts, batch) where try !isVerdict(receipt, on: record, of: establishment) {
      throw ServiceError.otherVerdict(partition: partition, source: receipt.source)
    }
    return receipts
  }

  /// Whether a verdict is about exactly these bytes: offsets are given again where a log was put back or lost its end.
  private func isVerdict(_ receipt: ReceiptRow, on record: NewRecord, of establishment: EstablishmentID) throws -> Bool {
    let sent = record.value ?? []
    let decoded = sent.withUnsafeBytes { try? WireEvent.decode($0) }
    guard case .event(let event) = decoded?.content, event.id == receipt.event, establishment == receipt.establishment else { return false }
    let keys = register.keys.chainKeyIDs.compactMap(register.keys.chainKey)
    return try register.log.fetch(TopicPartition(.ledger, receipt.partition), at: receipt.ledgerOffset) { entry in
      guard let value = entry.value, let decided = try? LedgerReader.entry(value), decided.header.source == receipt.source else {
        return false
      }
      // An entry that leaves something out of the event holds the digest of the whole record instead.
      return decided.record.map { digest in keys.contains { RecordDigest.make(record, key: $0) == digest } }
        ?? value[decided.event].elementsEqual(sent)
    } ?? false
  }

  /// Appends records in one transaction, and returns the number of each source once all of them are decided and in the read model.
  ///
  /// At most ``LogLimits/submissionsInFlightMax`` at a time.
  package func deliver(_ records: [(partition: Int, record: NewRecord)]) throws -> [Int64] {
    let trace = beginTrace()
    for (index, item) in records.enumerated() {
      try appender.submit([headed(item.record, trace)], to: TopicPartition(.events, item.partition), tag: UInt64(index))
    }
    var landed: [Int64?] = Array(repeating: nil, count: records.count)
    for acknowledgement in try appender.settle(records.count) {
      switch acknowledgement.result {
      case .success(let offsets): landed[Int(acknowledgement.tag)] = offsets.first
      case .failure(let error): throw ServiceError.appendFailed("\(error)")
      }
    }
    let incarnations = try Dictionary(Set(records.map(\.partition)).map { ($0, try register.sources(of: $0)) }) { $1 }
    let sources = zip(records, landed).compactMap { item, offset in offset.flatMap { incarnations[item.partition]?.at($0) } }
    guard sources.count == records.count else { throw ServiceError.appendFailed("not acknowledged in time") }
    try worker.settle(Dictionary(zip(records.map(\.partition), sources), uniquingKeysWith: max))
    return sources
  }

  /// The `traceparent` of a trace that begins here; nil on the embedded log, which keeps no headers.
  private func beginTrace() -> String? {
    guard !register.log.isEmbedded else { return nil }
    var generator = SystemRandomNumberGenerator()
    return TraceContext(using: &generator).traceparent(step: generator.next())
  }

  /// The record with what other people's tools find beside it.
  private func headed(_ record: NewRecord, _ trace: String?) -> NewRecord {
    guard let trace else { return record }
    var headed = record
    let decoded = (record.value ?? []).withUnsafeBytes { try? WireEvent.decode($0) }
    if case .event(let event) = decoded?.content {
      headed.headers = CloudEvent.attributes(of: event).map { RecordHeader($0.name, $0.text) }
    }
    headed.headers.append(RecordHeader(RecordHeader.traceparent, trace))
    return headed
  }

  /// Decides and folds what the logs hold already, so that questions are answered as of now.
  package func settleAll() throws { try worker.settleAll() }

  private func currentSealer() throws -> IdentitySealer {
    let month = try register.sealingMonth()
    if let sealer, sealer.month == month.month { return sealer }
    let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: month.publicKey)
    let made = try IdentitySealer(month: month.month, publicKey: key)
    sealer = made
    return made
  }
}

extension RecordDigest {
  /// The digest of a record that was sent.
  fileprivate static func make(_ record: NewRecord, key: SipKey) -> Digest128 {
    var scratch: [UInt8] = []
    return (record.key ?? []).withUnsafeBytes { recordKey in
      (record.value ?? []).withUnsafeBytes { make(recordKey: recordKey, value: $0, key: key, scratch: &scratch) }
    }
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension EventSender: Sendable {}
