internal import CRdkafka

/// What a queue's callback finds behind its opaque pointer.
final class Wake: Sendable {
  private let call: @Sendable () -> Void

  init(_ call: @escaping @Sendable () -> Void) {
    self.call = call
  }

  /// Has the queue call when it is empty no more; whoever calls keeps this object until ``detach(from:)`` has returned.
  func attach(to queue: OpaquePointer) {
    unsafe rd_kafka_queue_cb_event_enable(
      queue,
      { _, opaque in
        guard let opaque = unsafe opaque else { return }
        unsafe Unmanaged<Wake>.fromOpaque(opaque).takeUnretainedValue().call()
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Ends the calls; librdkafka makes them under the queue's lock, thus none is under way once this has returned.
  func detach(from queue: OpaquePointer) {
    unsafe rd_kafka_queue_cb_event_enable(queue, nil, nil)
  }
}
