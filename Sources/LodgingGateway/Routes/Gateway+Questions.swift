import Foundation
import Hummingbird
import LodgingDomain
import LodgingPipeline

extension Gateway {
  /// Adds the register's questions.
  func addQuestions(to router: Router<GatewayContext>, _ queries: any RegisterQueries) {
    question("/v1/units/{code}/occupancy", needing: .readOccupancy, on: router) { request, context in
      let parameters = try QueryParameters(request, known: ["at", "position"])
      let unit = try Self.unit(try context.parameter("code"), field: "code")
      let moment = try parameters["at"].map { try Self.moment($0, unit) }
      return try await versioned(request, parameters, queries) { try queries.occupancy(of: unit, at: moment) }
    }
    question("/v1/alerts", needing: .readAlerts, on: router) { request, _ in
      let parameters = try QueryParameters(request, known: ["unit", "limit", "after", "position"])
      let unit = try Self.unit(parameters["unit"] ?? "VN", field: "unit")
      let page = try Self.page(parameters)
      return try await versioned(request, parameters, queries, standsOnNotices: true) { try queries.alerts(in: unit, page: page) }
    }
    question("/v1/receipts/{id}", needing: .readReceipts, on: router) { request, context in
      let parameters = try QueryParameters(request, known: ["position"])
      guard let id = ReceiptID(try context.parameter("id")) else {
        throw Refusal.malformed(
          "id", "A receipt's id is written like 17-1-40213-9f86d081884c7d65.", "Mã biên nhận có dạng 17-1-40213-9f86d081884c7d65.")
      }
      let applied = try await standOnPosition(request, parameters, queries)
      guard let answer = try await threads.run({ try queries.receipt(id) }) else { throw Refusal(.notFound) }
      return Response(answer.json, to: request, caching: "private, no-cache", version: answer.version, waited: applied)
    }
    question("/v1/catalogue", needing: nil, on: router) { request, _ in
      _ = try QueryParameters(request, known: [])
      let json = try await threads.run { try queries.catalogue() }
      return Response(json, to: request, caching: "public, max-age=300")
    }
    get("/.well-known/jwks.json", on: router) { request, _ in
      _ = try QueryParameters(request, known: [])
      let json = try await threads.run { try queries.keySet() }
      return Response(json, to: request, type: "application/jwk-set+json", caching: "public, max-age=300")
    }
  }

  /// Adds a question that who has a scope may ask, or who has any valid key where it is nil.
  private func question(
    _ path: RouterPath, needing scope: AccessScope?, on router: Router<GatewayContext>,
    _ answer: @escaping @Sendable (Request, GatewayContext) async throws -> Response
  ) {
    get(path, on: router) { request, context in
      try admit(request, needing: scope)
      return try await answer(request, context)
    }
  }

  /// An answer that changes with the register: nothing is asked where the client has it already.
  ///
  /// Only the tag of what stands on notices changes with them: whoever reads nothing else is not to see that one was posted.
  private func versioned(
    _ request: Request, _ parameters: QueryParameters, _ queries: any RegisterQueries, standsOnNotices: Bool = false,
    _ ask: @escaping @Sendable () throws -> RegisterAnswer?
  ) async throws -> Response {
    let applied = try await standOnPosition(request, parameters, queries)
    let edition = queries.edition
    @Sendable func tag(_ version: RegisterVersion) -> String {
      var version = version
      if !standsOnNotices { version.notices = nil }
      return EntityTag.of(edition.isEmpty ? version.tag : "\(version.tag)-\(edition)")
    }
    let answer = try await threads.run { () -> (RegisterVersion, [UInt8]?)? in
      let version = try queries.version()
      if EntityTag.isKnown(tag(version), to: request) { return (version, nil) }
      return try ask().map { ($0.version, $0.json) }
    }
    guard let (version, json) = answer else { throw Refusal(.notFound) }
    var response =
      json.map { Response(bytes: $0, type: "application/json") } ?? Response(status: .notModified)
    response.headers[.eTag] = tag(version)
    response.headers[.cacheControl] = "private, no-cache"
    response.add(version: version, waited: applied)
    return response
  }

  // MARK: Positions

  /// Waits until the read model holds the position that the request names; returns how many seconds it might have waited.
  private func standOnPosition(
    _ request: Request, _ parameters: QueryParameters, _ queries: any RegisterQueries
  ) async throws -> Int? {
    guard health.report().mayServe else { throw Refusal(.notReady) }
    guard let text = parameters["position"], let fold else { return nil }
    guard let offsets = LedgerOffsets(text) else {
      throw Refusal.malformed(
        "position", "Write partition:offset, or several with commas between them, as receipts and versions do.",
        "Viết partition:offset, nhiều vị trí cách nhau bằng dấu phẩy, như trong biên nhận và phiên bản.")
    }
    let asked = WaitPreference.seconds(request)
    let seconds = min(asked ?? settings.waitSecondsDefault, settings.waitSecondsMax)
    let applied = asked == nil ? nil : seconds
    if await fold.wait(for: offsets, timeout: .zero) { return applied }
    let ends = try await threads.run { try queries.ledgerEnds(of: Array(offsets.offsets.keys)) }
    guard offsets.offsets.allSatisfy({ partition, offset in ends[partition].map { offset < $0 } ?? false }) else {
      throw Refusal(.positionUnknown)
    }
    let hasCome = await waiters.enter(limit: settings.waitersMax) { await fold.wait(for: offsets, timeout: .seconds(seconds)) }
    guard let hasCome else { throw Refusal(.busy) }
    guard hasCome else { throw Refusal(.timeout) }
    return applied
  }

  // MARK: Parameters

  private static func unit(_ text: String, field: String) throws -> UnitCode {
    guard let unit = try? UnitCode(text) else {
      throw Refusal.malformed(
        field, "Write VN, two digits of a province, five of a commune, or e: and an establishment's id.",
        "Viết VN, 2 chữ số của tỉnh, 5 chữ số của xã, hoặc e: và mã cơ sở lưu trú.")
    }
    return unit
  }

  /// A moment in the past; every stay of the unit is read for it, so it is answered for narrow units only.
  private static func moment(_ text: String, _ unit: UnitCode) throws -> Instant {
    guard unit.level >= .commune else {
      throw Refusal.malformed(
        "at", "An earlier moment is answered for communes and establishments only.", "Thời điểm trước chỉ tra được cho xã và cơ sở lưu trú."
      )
    }
    guard let moment = try? Instant(rfc3339: text) else {
      throw Refusal.malformed(
        "at", "Write a time with its zone, such as 2026-11-20T23:00:00+07:00.",
        "Viết thời điểm kèm múi giờ, ví dụ 2026-11-20T23:00:00+07:00.")
    }
    return moment
  }

  private static func page(_ parameters: QueryParameters) throws -> AlertPage {
    var page = AlertPage(after: parameters["after"])
    if let text = parameters["limit"] {
      guard let limit = Int(text), (1...AlertPage.limitMax).contains(limit) else {
        throw Refusal.malformed("limit", "Write a number from 1 to \(AlertPage.limitMax).", "Viết một số từ 1 đến \(AlertPage.limitMax).")
      }
      page.limit = limit
    }
    return page
  }
}

extension GatewayContext {
  /// A part of the path, decoded.
  fileprivate func parameter(_ name: String) throws -> String {
    guard let text = parameters.get(name)?.removingPercentEncoding else {
      throw Refusal.malformed(name, "This part of the path is not encoded as it must be.", "Phần này của đường dẫn mã hóa sai.")
    }
    return text
  }
}

extension Response {
  /// An answer whose tag is made of its bytes; nothing but the tag where the client has it already.
  fileprivate init(
    _ json: [UInt8], to request: Request, type: String = "application/json", caching: String, version: RegisterVersion? = nil,
    waited: Int? = nil
  ) {
    let tag = EntityTag.of(json.withUnsafeBytes { ContentTag.of($0) })
    self = EntityTag.isKnown(tag, to: request) ? Response(status: .notModified) : Response(bytes: json, type: type)
    headers[.eTag] = tag
    headers[.cacheControl] = caching
    if let version { add(version: version, waited: waited) }
  }

  /// Says which entries of the ledger the answer stands on, and how long it might have waited for them.
  fileprivate mutating func add(version: RegisterVersion, waited: Int?) {
    if let name = HTTPFieldNames.version { headers[name] = version.text }
    if let waited, let name = HTTPFieldNames.preferenceApplied { headers[name] = "wait=\(waited)" }
  }
}
