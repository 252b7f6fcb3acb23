import LodgingGateway
import Testing

@Suite("W3C trace context")
struct TraceContextTests {
  @Test("The example of the standard is read")
  func example() throws {
    let trace = try #require(TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
    #expect(trace.traceID == "0af7651916cd43dd8448eb211c80319c")
    #expect(trace.parentID == "b7ad6b7169203331")
    #expect(trace.isSampled)
    #expect(TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")?.isSampled == false)
  }

  @Test(
    "What is no trace context is not read",
    arguments: [
      "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01",
    ])
  func refused(text: String) {
    #expect(TraceContext(traceparent: text) == nil)
  }

  @Test("Of a later version the part that all share is read")
  func later() {
    #expect(TraceContext(traceparent: "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-will-come") != nil)
  }

  @Test("A trace that begins here can be read by others")
  func begun() {
    var generator = SystemRandomNumberGenerator()
    let trace = TraceContext(using: &generator)
    #expect(TraceContext(traceparent: "00-\(trace.traceID)-b7ad6b7169203331-00")?.traceID == trace.traceID)
    #expect(trace.parentID == nil)
    for (step, text) in [(1, "0000000000000001"), (UInt64.max, "ffffffffffffffff"), (0, "0000000000000001")] {
      let handed = TraceContext(traceparent: trace.traceparent(step: step))
      #expect(handed?.traceID == trace.traceID && handed?.parentID == text && handed?.isSampled == false)
    }
  }
}
