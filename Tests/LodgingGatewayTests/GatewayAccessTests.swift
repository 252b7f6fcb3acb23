import Foundation
import LodgingDomain
import LodgingGateway
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("Access keys over HTTP")
struct GatewayAccessTests {
  private static let paths = [
    "/v1/units/01/occupancy", "/v1/alerts", "/v1/receipts/17-1-40213-9f86d081884c7d65", "/v1/catalogue",
  ]

  private let register = FakeRegister()
  private let access = FakeGuard([
    "good": .valid([.read]), "narrow": .valid([.readAlerts]), "empty": .valid([]), "early": .notKnown, "revoked": .refused(.revoked),
    "expired": .refused(.expired),
  ])

  private func withKeys(_ body: (HTTPProbe) async throws -> Void) async throws {
    var settings = GatewaySettings()
    settings.demandsKeys = true
    try await withGateway(register, settings: settings, access: access, body)
  }

  private func send(_ path: String, _ authorization: String?, _ http: HTTPProbe) async throws -> HTTPProbe.Reply {
    try await http.get(path, headers: authorization.map { ["Authorization": $0] } ?? [:])
  }

  @Test("Where a key is demanded, a request without one is 401, with the scheme to use, before anything is asked", arguments: paths)
  func missing(path: String) async throws {
    try await withKeys { http async throws in
      for authorization in [nil, "Basic YTpi", "Digest x", "good"] {
        let reply = try await send(path, authorization, http)
        #expect(reply.status == 401 && reply.object["code"] as? String == "access.unauthenticated", "\(authorization ?? "-")")
        #expect(reply.headers["www-authenticate"] == "Bearer realm=\"lodging\"")
        #expect(reply.headers["content-type"] == "application/problem+json" && reply.headers["cache-control"] == "no-store")
      }
      let head = try await http.send("HEAD", path)
      #expect(head.status == 401 && head.headers["www-authenticate"] != nil && head.body.isEmpty)
      let doubled = try await http.get("/" + path)
      #expect(doubled.status != 200 && doubled.status != 304, "the same path in another spelling")
      #expect(register.asked.isEmpty)
    }
  }

  @Test("What is wrong with a key is not told apart, and the key is not repeated")
  func wrong() async throws {
    try await withKeys { http async throws in
      var bodies: Set<String> = []
      for key in ["unknown", "revoked", "expired", "", "good,", "good more", "good, Bearer good", String(repeating: "a", count: 5000)] {
        let reply = try await send("/v1/alerts", "Bearer \(key)", http)
        #expect(reply.status == 401 && reply.headers["www-authenticate"] == "Bearer realm=\"lodging\", error=\"invalid_token\"", "\(key)")
        var body = reply.object
        body["trace_id"] = nil
        bodies.insert("\(body.sorted { $0.key < $1.key })")
        #expect(key.isEmpty || !reply.text.contains("\"\(key)"))
      }
      #expect(bodies.count == 1)
      #expect(register.asked.isEmpty)
    }
  }

  @Test("A valid key is answered, however the scheme is spelled")
  func valid() async throws {
    try await withKeys { http async throws in
      for path in Self.paths {
        for scheme in ["Bearer ", "bearer ", "BEARER   "] { #expect(try await send(path, scheme + "good", http).status == 200, "\(path)") }
      }
      #expect(try await http.send("POST", "/v1/alerts").status == 405, "a method that no key would help")
      #expect(try await http.get("/v1/nothing").status == 404)
    }
  }

  @Test("A key whose scopes do not cover the question is 403 and hears which it would need; any valid key may ask what codes mean")
  func scopes() async throws {
    try await withKeys { http async throws in
      let statuses = try await Self.paths.asyncMap { try await send($0, "Bearer narrow", http).status }
      #expect(statuses == [403, 200, 403, 200])
      let reply = try await send("/v1/units/01/occupancy", "Bearer empty", http)
      #expect(reply.object["code"] as? String == "access.forbidden")
      #expect(
        reply.headers["www-authenticate"] == "Bearer realm=\"lodging\", error=\"insufficient_scope\", scope=\"read.occupancy\"")
      #expect(try await send("/v1/catalogue", "Bearer empty", http).status == 200)
    }
  }

  @Test("A node that does not know the keys yet says so instead of letting in or refusing")
  func early() async throws {
    try await withKeys { http async throws in
      let reply = try await send("/v1/alerts", "Bearer early", http)
      #expect(reply.status == 503 && reply.headers["retry-after"] == "5" && reply.object["code"] as? String == "service.not-ready")
      #expect((reply.object["detail"] as? String)?.contains("access keys") == true)
      #expect(reply.headers["www-authenticate"] == nil)
      #expect(try await send("/v1/alerts", nil, http).status == 401, "no key is none, whatever is known")
      access.set("early", .valid([.read]))
      #expect(try await send("/v1/alerts", "Bearer early", http).status == 200)
    }
    var settings = GatewaySettings()
    settings.demandsKeys = true
    try await withGateway(register, settings: settings) { http async throws in
      #expect(try await send("/v1/alerts", "Bearer good", http).status == 503, "nobody knows keys here")
    }
  }

  @Test("Health, metrics and the keys of receipts are open")
  func open() async throws {
    try await withKeys { http async throws in
      for path in ["/health/live", "/health/ready", "/metrics", "/.well-known/jwks.json"] {
        for authorization in [nil, "Bearer unknown"] { #expect(try await send(path, authorization, http).status == 200, "\(path)") }
      }
    }
  }

  @Test("Where no key is demanded none is needed, but a wrong one is refused; credentials of another kind are somebody else's")
  func loopback() async throws {
    try await withGateway(register, access: access) { http async throws in
      for path in Self.paths {
        #expect(try await send(path, nil, http).status == 200)
        #expect(try await send(path, "Basic YTpi", http).status == 200)
        #expect(try await send(path, "Bearer good", http).status == 200)
        #expect(try await send(path, "Bearer unknown", http).status == 401)
        #expect(try await send(path, "Bearer early", http).status == 503)
      }
      #expect(try await send("/v1/receipts/17-1-40213-9f86d081884c7d65", "Bearer narrow", http).status == 403)
    }
  }

  @Test("Refusals are counted by a reason of a fixed list, which the client does not hear")
  func counted() async throws {
    let metrics = MetricsRegistry(HTTPInstruments.definitions)
    var settings = GatewaySettings()
    settings.demandsKeys = true
    try await withGateway(register, metrics: metrics, settings: settings, access: access) { http async throws in
      for key in ["made-up-1", "made-up-2", "revoked", "expired", "early"] { _ = try await send("/v1/alerts", "Bearer \(key)", http) }
      _ = try await send("/v1/alerts", nil, http)
      _ = try await send("/v1/catalogue", "Bearer good", http)
      _ = try await send("/v1/units/01/occupancy", "Bearer narrow", http)
      let text = try await http.get("/metrics").text
      let lines = text.split(separator: "\n").filter { $0.hasPrefix("lodging_http_access_refused_total{") }
      let due = [("expired", 1), ("missing", 1), ("not-known", 1), ("revoked", 1), ("scope", 1), ("unknown", 2)]
      #expect(lines.map(String.init).sorted() == due.map { "lodging_http_access_refused_total{reason=\"\($0.0)\"} \($0.1)" })
      #expect(!text.contains("made-up"))
    }
  }
}

extension Sequence {
  /// The results for each element, one after the other.
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async throws -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
