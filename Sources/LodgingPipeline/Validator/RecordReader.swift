import LodgingDomain
import LodgingWire

/// Reads a record of the events topic, and says in words without any of its bytes why it is none.
struct RecordReader {
  /// Over how many partitions keys are shared out: those of genesis, whatever the topic has meanwhile.
  var partitions: Int

  enum Reading {
    case event(ReadEvent)
    case tick
    case undecodable(Code, String)
  }

  func read(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, partition: Int) -> Reading {
    guard let value else { return .undecodable(.eventUndecodable, "the record has no value") }
    guard value.count <= LogLimits.eventBytesMax else {
      return .undecodable(.eventTooLarge, "the value has \(value.count) bytes, more than \(LogLimits.eventBytesMax)")
    }
    guard !value.isEmpty else { return .undecodable(.eventUndecodable, "the value is empty") }
    do {
      return check(try WireEvent.decode(value), key: key, partition: partition)
    } catch {
      return .undecodable(.eventUndecodable, "\(error)")
    }
  }

  private func check(_ decoded: consuming DecodedEvent, key: UnsafeRawBufferPointer?, partition: Int) -> Reading {
    switch decoded.content {
    case .tick:
      guard key == nil || key?.isEmpty == true else { return .undecodable(.eventWrongKey, "a tick has a key") }
    case .event(let event):
      guard let key, event.establishment.isWritten(key) else {
        return .undecodable(.eventWrongKey, "the record's key is not the event's establishment")
      }
      let right = Partitioner.partition(of: key, among: partitions)
      guard right == partition else {
        return .undecodable(.eventWrongPartition, "the key belongs to partition \(right)")
      }
      return .event(ReadEvent(event, decoded.identity))
    }
    return .tick
  }
}
