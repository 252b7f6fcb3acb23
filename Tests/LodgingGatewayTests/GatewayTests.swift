import Foundation
import LodgingDomain
import LodgingGateway
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@Suite("The HTTP interface over real sockets")
struct GatewayTests {
  private let register = FakeRegister()

  @Test("Occupancy is answered with the version that it stands on")
  func occupancy() async throws {
    try await withGateway(register) { http in
      let reply = try await http.get("/v1/units/01/occupancy")
      #expect(reply.status == 200)
      #expect(reply.headers["content-type"] == "application/json")
      #expect(reply.headers["lodging-version"] == "0:4,1:7")
      #expect(reply.headers["etag"]?.hasPrefix("\"1-") == true)
      #expect(reply.text == #"{"question":"occupancy 01 now"}"#)
    }
  }

  @Test("A client that has the version gets 304 without asking the register; another version is another tag")
  func conditional() async throws {
    try await withGateway(register) { http in
      let tag = try #require(try await http.get("/v1/alerts").headers["etag"])
      for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
        let again = try await http.get("/v1/alerts", headers: ["If-None-Match": known])
        #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == tag, "\(known)")
      }
      #expect(register.asked.count == 1)
      #expect(try await http.get("/v1/alerts", headers: ["If-None-Match": "\"other\""]).status == 200)
      register.move(to: [0: 5, 1: 7])
      let moved = try await http.get("/v1/alerts", headers: ["If-None-Match": tag])
      #expect(moved.status == 200 && moved.headers["etag"] != tag)
      register.state.withLock { $0.edition = "2026-05" }
      let other = try await http.get("/v1/alerts", headers: ["If-None-Match": try #require(moved.headers["etag"])])
      #expect(other.status == 200, "what else answers are made of has changed")
    }
  }

  @Test("That a notice was posted shows by the tags of alerts alone, which establishments never read")
  func noticesStaySecret() async throws {
    try await withGateway(register) { http in
      let places = ["/v1/units/01/occupancy", "/v1/receipts/\(FakeRegister.receipt?.description ?? "")", "/v1/alerts"]
      var before: [[String: String]] = []
      for place in places { before.append(try await http.get(place).headers) }
      register.state.withLock { $0.version.notices = NoticePosition(next: 3, digest: Digest128(first: 1, second: 2)) }
      var after: [[String: String]] = []
      for place in places { after.append(try await http.get(place).headers) }
      for name in ["etag", "lodging-version"] {
        #expect(before.prefix(2).map { $0[name] } == after.prefix(2).map { $0[name] }, "\(name)")
      }
      #expect(before[2]["etag"] != after[2]["etag"])
    }
  }

  @Test("HEAD gives the same header fields and no body, for answers and for refusals")
  func head() async throws {
    try await withGateway(register) { http in
      for path in ["/v1/alerts", "/v1/catalogue", "/health/live", "/nothing", "/v1/units/x/occupancy"] {
        let get = try await http.get(path)
        let head = try await http.send("HEAD", path)
        #expect(head.status == get.status && head.body.isEmpty, "\(path)")
        #expect(head.headers["content-length"] == get.headers["content-length"], "\(path)")
        #expect(head.headers["etag"] == get.headers["etag"], "\(path)")
      }
    }
  }

  @Test("A refusal is a problem with code, both languages, fields and the trace")
  func problem() async throws {
    try await withGateway(register) { http in
      let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      let reply = try await http.get("/v1/units/nowhere/occupancy", headers: ["traceparent": parent])
      #expect(reply.status == 400)
      #expect(reply.headers["content-type"] == "application/problem+json")
      let body = reply.object
      #expect(body["code"] as? String == "request.malformed")
      #expect(body["status"] as? Int == 400)
      #expect(body["type"] as? String == "/v1/catalogue#request.malformed")
      #expect(body["trace_id"] as? String == "0af7651916cd43dd8448eb211c80319c")
      for name in ["title", "title_vi", "detail", "detail_vi"] { #expect((body[name] as? String)?.isEmpty == false, "\(name)") }
      let field = try #require((body["fields"] as? [[String: Any]])?.first)
      #expect(field["field"] as? String == "code")
      #expect((field["text"] as? String)?.isEmpty == false && (field["text_vi"] as? String)?.isEmpty == false)
    }
  }

  @Test(
    "What cannot be understood, is not there, or is not allowed has its own status and code",
    arguments: [
      ("GET", "/", 404, "request.not-found"), ("GET", "/v1", 404, "request.not-found"), ("GET", "/v2/alerts", 404, "request.not-found"),
      ("GET", "/v1/units/99/occupancy", 404, "request.not-found"), ("GET", "/v1/receipts/1-1-1-0000000000000000", 404, "request.not-found"),
      ("POST", "/v1/alerts", 405, "request.method-not-allowed"), ("DELETE", "/v1/receipts/x", 405, "request.method-not-allowed"),
      ("OPTIONS", "/metrics", 405, "request.method-not-allowed"), ("GET", "/v1/receipts/x", 400, "request.malformed"),
      ("GET", "/v1/alerts?unit=1", 400, "request.malformed"), ("GET", "/v1/alerts?limit=0", 400, "request.malformed"),
      ("GET", "/v1/alerts?limit=1001", 400, "request.malformed"), ("GET", "/v1/alerts?colour=red", 400, "request.malformed"),
      ("GET", "/v1/alerts?unit=01&unit=02", 400, "request.malformed"), ("GET", "/v1/alerts?position=1", 400, "request.malformed"),
      ("GET", "/v1/alerts?after=nonsense", 400, "request.malformed"),
      ("GET", "/v1/alerts?position=0:9999", 400, "request.position-unknown"),
      ("GET", "/v1/alerts?position=7:1", 400, "request.position-unknown"),
      ("GET", "/v1/units/VN/occupancy?at=2026-11-20T23:00:00%2B07:00", 400, "request.malformed"),
      ("GET", "/v1/units/00070/occupancy?at=yesterday", 400, "request.malformed"),
      ("GET", "/v1/units/%ZZ/occupancy", 400, "request.malformed"),
      ("GET", "/v1/alerts?after=\(String(repeating: "a", count: 9000))", 413, "request.too-large"),
    ])
  func refusals(method: String, path: String, status: Int, code: String) async throws {
    try await withGateway(register) { http in
      let reply = try await http.send(method, path)
      #expect(reply.status == status)
      #expect(reply.object["code"] as? String == code)
      #expect(reply.headers["allow"] == (status == 405 ? "GET, HEAD" : nil))
    }
  }

  @Test("Parameters reach the register as they were meant")
  func parameters() async throws {
    try await withGateway(register) { http in
      _ = try await http.get("/v1/units/e%3AHN-0001/occupancy?at=2026-11-20T23:00:00%2B07:00")
      _ = try await http.get("/v1/units/e:HN-0001/occupancy?at=2026-11-20T23:00:00+07:00")
      _ = try await http.get("/v1/alerts?unit=00070&limit=7&after=4.95.1.abc")
      _ = try await http.get("/v1/receipts/17-1-40213-9f86d081884c7d65")
      #expect(
        register.asked == [
          "occupancy e:HN-0001 2026-11-20T23:00:00+07:00", "occupancy e:HN-0001 2026-11-20T23:00:00+07:00",
          "alerts 00070 7 4.95.1.abc", "receipt 17-1-40213-9f86d081884c7d65",
        ])
    }
  }

  @Test("A body is not read, and a large one or one without length is refused")
  func bodies() async throws {
    try await withGateway(register) { http in
      let small = try await http.send(raw: "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab")
      #expect(small.status == 200)
      let large = try await http.send(raw: "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n")
      #expect(large.status == 413)
      let endless = try await http.send(
        raw: "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
      #expect(endless.status == 413)
    }
  }

  @Test(
    "What is not HTTP gets 400 and ends the connection; the next one is served",
    arguments: ["\r\n\r\n", "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"])
  func garbage(bytes: String) async throws {
    try await withGateway(register) { http async throws in
      let reply = try? await http.send(raw: bytes + "more\r\n\r\n")
      #expect(reply.map { $0.status == 400 } ?? true)
      #expect(try await http.get("/health/live").status == 200)
    }
  }

  @Test("An error inside is told by its trace only")
  func failure() async throws {
    struct Secret: Error { var text = "do not tell" }
    register.state.withLock { $0.failure = Secret() }
    try await withGateway(register) { http in
      let reply = try await http.get("/v1/alerts")
      #expect(reply.status == 500)
      #expect(reply.object["code"] as? String == "service.failed")
      #expect(!reply.text.contains("do not tell"))
    }
  }

  @Test("A node that serves no questions has none of their paths, but health and metrics")
  func others() async throws {
    try await withGateway(register, serves: false) { http async throws in
      #expect(try await http.get("/v1/alerts").status == 404)
      #expect(try await http.get("/health/live").status == 200)
      #expect(try await http.get("/metrics").status == 200)
    }
  }

  @Test("Catalogue and keys can be kept, and are known again by their tags", arguments: ["/v1/catalogue", "/.well-known/jwks.json"])
  func kept(path: String) async throws {
    register.state.withLock { $0.health.mayServe = false }
    try await withGateway(register) { http in
      let reply = try await http.get(path)
      #expect(reply.status == 200)
      #expect(reply.headers["cache-control"] == "public, max-age=300")
      let tag = try #require(reply.headers["etag"])
      #expect(try await http.get(path, headers: ["If-None-Match": tag]).status == 304)
    }
  }

  @Test("Requests are counted by method, route and status, never by what a client made up")
  func counted() async throws {
    let metrics = MetricsRegistry(HTTPInstruments.definitions)
    try await withGateway(register, metrics: metrics) { http in
      for path in ["/v1/units/01/occupancy", "/v1/units/02/occupancy", "/made/up"] { _ = try await http.get(path) }
      _ = try await http.send("DELETE", "/v1/alerts")
      let text = try await http.get("/metrics").text
      #expect(text.contains("lodging_http_requests_total{method=\"GET\",route=\"/v1/units/{code}/occupancy\",status=\"200\"} 2\n"))
      #expect(text.contains("lodging_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1\n"))
      #expect(text.contains("lodging_http_requests_total{method=\"other\",route=\"/v1/alerts\",status=\"405\"} 1\n"))
      #expect(!text.contains("made"))
      #expect(text.contains("lodging_http_request_duration_seconds_count{route=\"none\"} 1\n"))
    }
  }
}
