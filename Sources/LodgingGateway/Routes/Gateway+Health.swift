import Foundation
import Hummingbird
import LodgingDomain
import LodgingPipeline

extension Gateway {
  /// Adds what every node answers: whether it lives, whether it should get work, and what it counts.
  func addHealth(to router: Router<GatewayContext>) {
    get("/health/live", on: router) { _, _ in
      Response(bytes: #"{"live":true}"#.utf8, type: "application/json").uncached
    }
    get("/health/ready", on: router) { _, _ in
      let report = health.report()
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let bytes = try encoder.encode(ReadinessBody(report))
      var response = Response(bytes: bytes, type: "application/json", status: report.isReady ? .ok : .serviceUnavailable).uncached
      if !report.isReady { response.headers[.retryAfter] = "1" }
      return response
    }
    get("/metrics", on: router) { _, _ in
      Response(bytes: metrics.text().utf8, type: MetricsRegistry.contentType).uncached
    }
  }
}

extension Response {
  /// The same, to be asked for anew each time.
  fileprivate var uncached: Response {
    var copy = self
    copy.headers[.cacheControl] = "no-store"
    return copy
  }
}

/// How a node stands, as `/health/ready` says it.
private struct ReadinessBody: Encodable {
  var ready: Bool
  var role: String
  var reasons: [Reason]
  var warnings: [Reason]
  var folding: Folding?
  var deciding: Deciding?
  var publishing: Publishing?

  struct Reason: Encodable {
    var code: String
    var text: String
    var textVietnamese: String

    enum CodingKeys: String, CodingKey {
      case code, text
      case textVietnamese = "text_vi"
    }

    init(_ reason: HealthReport.Reason) {
      (code, text, textVietnamese) = (reason.code, reason.text, reason.textVietnamese)
    }
  }

  struct Folding: Encodable {
    var entries: Int64
    var of: Int64
    var partitionsBehind: Int
    var asOf: String?

    enum CodingKeys: String, CodingKey {
      case entries, of
      case partitionsBehind = "partitions_behind"
      case asOf = "as_of"
    }
  }

  struct Deciding: Encodable {
    var owned: Int
    var deciding: Int
    var stopped: Int
  }

  struct Publishing: Encodable {
    var pending: Int
    var waiting: Int
    var compared: Bool
  }

  init(_ report: HealthReport) {
    ready = report.isReady
    role = report.role
    reasons = report.reasons.map(Reason.init)
    warnings = report.warnings.map(Reason.init)
    folding = report.folding.map {
      Folding(entries: $0.entries, of: $0.of, partitionsBehind: $0.partitionsBehind, asOf: $0.asOf?.rfc3339())
    }
    deciding = report.deciding.map { Deciding(owned: $0.owned, deciding: $0.deciding, stopped: $0.stopped) }
    publishing = report.publishing.map { Publishing(pending: $0.pending, waiting: $0.waiting, compared: $0.hasCompared) }
  }
}
