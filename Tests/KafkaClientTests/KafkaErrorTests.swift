import KafkaClient
import Testing

struct KafkaErrorTests {
  @Test("A code knows librdkafka's name and text")
  func names() {
    #expect(KafkaError.Code.timedOut.description == "_TIMED_OUT")
    #expect(KafkaError.Code.transport.text == "Local: Broker transport failure")
    #expect(KafkaError(.messageTooLarge, reason: "too big").description == "MSG_SIZE_TOO_LARGE: too big")
  }

  @Test("Whether to retry follows from the code, and never where the error is fatal")
  func retriable() {
    #expect(KafkaError(.transport, reason: "").isRetriable)
    #expect(!KafkaError(.transport, reason: "", isFatal: true).isRetriable)
    #expect(!KafkaError(.topicForbidden, reason: "").isRetriable)
    #expect(!KafkaError(.positionNotHeld, reason: "").isRetriable)
  }
}

struct DurationTests {
  @Test(
    "A time-out in milliseconds is rounded up, never negative, never endless",
    arguments: [
      (.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1001), 2), (.seconds(2), 2000), (.milliseconds(-1), 0),
      (.seconds(-5), 0), (.seconds(Int64.max), Int32.max), (.seconds(3_000_000), Int32.max),
    ] as [(Duration, Int32)])
  func milliseconds(duration: Duration, expected: Int32) {
    #expect(duration.timeoutMilliseconds == expected)
  }
}
