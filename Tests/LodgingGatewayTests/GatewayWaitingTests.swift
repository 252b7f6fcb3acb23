import LodgingGateway
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@Suite("Waiting for a position, and not being ready")
struct GatewayWaitingTests {
  private let register = FakeRegister()

  /// A position that the ledger has and the read model has not.
  private func lag() {
    register.state.withLock { $0.ends = [0: 100, 1: 100] }
  }

  @Test("A position that the read model holds is answered at once; so is a version of another node")
  func held() async throws {
    try await withGateway(register) { http async throws in
      #expect(try await http.get("/v1/alerts?position=0:4").status == 200)
      #expect(try await http.get("/v1/alerts?position=0:4,1:7").status == 200)
      #expect(register.waits.isEmpty)
    }
  }

  @Test("A position that comes in time is waited for, as long as the client prefers and the node allows")
  func comes() async throws {
    lag()
    try await withGateway(register) { http in
      let reply = try await http.get("/v1/receipts/17-1-40213-9f86d081884c7d65?position=0:50", headers: ["Prefer": "respond-async, wait=3"])
      #expect(reply.status == 200)
      #expect(reply.headers["preference-applied"] == "wait=3")
      _ = try await http.get("/v1/alerts?position=0:50")
      _ = try await http.get("/v1/alerts?position=0:50", headers: ["Prefer": "wait=3600"])
      #expect(register.waits.map(\.1) == [.seconds(3), .seconds(2), .seconds(10)])
      #expect(register.waits.first?.0 == LedgerOffsets([0: 50]))
    }
  }

  @Test("A position that does not come is 503 with the time to try again")
  func late() async throws {
    lag()
    register.state.withLock { $0.waitEnds = false }
    try await withGateway(register) { http in
      let reply = try await http.get("/v1/alerts?position=0:50,1:7")
      #expect(reply.status == 503)
      #expect(reply.headers["retry-after"] == "1")
      #expect(reply.object["code"] as? String == "request.timeout")
    }
  }

  @Test("More waiters than allowed are refused")
  func crowded() async throws {
    lag()
    var settings = GatewaySettings()
    settings.waitersMax = 0
    try await withGateway(register, settings: settings) { http in
      let reply = try await http.get("/v1/alerts?position=0:50")
      #expect(reply.status == 503)
      #expect(reply.object["code"] as? String == "service.busy")
    }
  }

  @Test("More questions than allowed are refused")
  func busy() async throws {
    var settings = GatewaySettings()
    settings.queriesMax = 0
    try await withGateway(register, settings: settings) { http in
      let reply = try await http.get("/v1/alerts")
      #expect(reply.status == 503)
      #expect(reply.object["code"] as? String == "service.busy")
      #expect(try await http.get("/health/live").status == 200)
    }
  }

  @Test("Before the ledger has been read, questions are refused and readiness says how far it is; then both change")
  func notReady() async throws {
    register.state.withLock { state in
      state.health.mayServe = false
      state.health.reasons = [HealthReport.Reason("folding", "still reads", "đang đọc")]
      state.health.folding = HealthReport.Folding(entries: 30, of: 100, partitionsBehind: 2, asOf: nil)
    }
    try await withGateway(register) { http in
      let refused = try await http.get("/v1/alerts")
      #expect(refused.status == 503 && refused.object["code"] as? String == "service.not-ready")
      #expect(refused.headers["retry-after"] != nil)
      let ready = try await http.get("/health/ready")
      #expect(ready.status == 503)
      #expect(ready.object["ready"] as? Bool == false)
      #expect((ready.object["reasons"] as? [[String: String]])?.first?["code"] == "folding")
      let folding = ready.object["folding"] as? [String: Any]
      #expect(folding?["entries"] as? Int == 30 && folding?["of"] as? Int == 100 && folding?["partitions_behind"] as? Int == 2)
      register.state.withLock { $0.health = HealthReport(role: "gateway", mayServe: true) }
      #expect(try await http.get("/health/ready").status == 200)
      #expect(try await http.get("/v1/alerts").status == 200)
    }
  }
}
