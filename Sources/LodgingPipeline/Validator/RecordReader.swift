import LodgingDomain
import LodgingWire

/// Reads a record of the events topic, and says in words without any of its bytes why it is none.
struct RecordReader {
  /// Over how many partitions keys are shared out: those of genesis, whatever the topic has meanwhile.
  var partitions: Int

  /// What a record is.
  enum Reading {
    case event(StayEvent, IdentityBytes)
    case tick
    case undecodable(Code, String)
  }

  func read(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, partition: Int) -> Reading {
    guard let value else { return .undecodable(.eventUndecodable, "the record has no value") }
    guard value.count <= LogLimits.eventBytesMax else {
      let reason = "the value has \(value.count) bytes, more than \(LogLimits.eventBytesMax)"
      return .undecodable(.eventTooLarge, reason)
    }
    guard !value.isEmpty else { return .undecodable(.eventUndecodable, "the value is empty") }
    do {
      let parts = try EventParts(value)
      if try parts.isTick() {
        let isKeyless = key == nil || key?.isEmpty == true
        return isKeyless ? .tick : .undecodable(.eventWrongKey, "a tick has a key")
      }
      let event = try parts.event()
      let identity = try parts.identityBytes()
      guard let key, event.establishment.isWritten(key) else {
        return .undecodable(.eventWrongKey, "the record's key is not the event's establishment")
      }
      let right = Partitioner.partition(of: key, among: partitions)
      guard right == partition else {
        return .undecodable(.eventWrongPartition, "the key belongs to partition \(right)")
      }
      return .event(event, identity)
    } catch {
      return .undecodable(.eventUndecodable, "\(error)")
    }
  }
}
