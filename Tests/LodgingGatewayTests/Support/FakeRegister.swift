import LodgingDomain
import LodgingPipeline
import Synchronization

/// A register whose answers a test makes up.
final class FakeRegister: RegisterQueries, FoldWatch, NodeHealth {
  struct State: Sendable {
    var version = RegisterVersion()
    var ends: [Int: Int64] = [:]
    var asked: [String] = []
    var edition = ""
    var failure: (any Error)?
    var health = HealthReport(role: "gateway", mayServe: true)
    var waits: [(LedgerOffsets, Duration)] = []
    /// What a wait comes to; nil as long as the test wants it to last.
    var waitEnds: Bool? = true
  }

  let state = Mutex(State())
  static let receipt = ReceiptID("17-1-40213-9f86d081884c7d65")

  init(_ offsets: [Int: Int64] = [0: 4, 1: 7]) { move(to: offsets) }

  func move(to offsets: [Int: Int64]) {
    let positions = offsets.mapValues { ChainPosition(offset: $0, chain: Digest128(first: UInt64($0), second: 1), source: $0 - 1) }
    state.withLock { state in
      state.version = RegisterVersion(positions: positions, asOf: Instant(milliseconds: 1_000_000))
      state.ends = offsets.mapValues { $0 + 1 }
    }
  }

  var asked: [String] { state.withLock { $0.asked } }
  var waits: [(LedgerOffsets, Duration)] { state.withLock { $0.waits } }

  var edition: String { state.withLock { $0.edition } }

  func version() throws -> RegisterVersion { state.withLock { $0.version } }

  func occupancy(of unit: UnitCode, at moment: Instant?) throws -> RegisterAnswer? {
    try answer("occupancy \(unit) \(moment?.rfc3339() ?? "now")", isThere: unit.description != "99")
  }

  func alerts(in unit: UnitCode, page: AlertPage) throws -> RegisterAnswer? {
    if page.after == "nonsense" { throw RegisterQueryError.unknownPage }
    return try answer("alerts \(unit) \(page.limit) \(page.after ?? "-")", isThere: true)
  }

  func receipt(_ id: ReceiptID) throws -> RegisterAnswer? { try answer("receipt \(id)", isThere: id == Self.receipt) }

  func catalogue() throws -> [UInt8] { Array("{\"codes\":[]}".utf8) }

  func keySet() throws -> [UInt8] { Array("{\"keys\":[]}".utf8) }

  func ledgerEnds(of partitions: [Int]) throws -> [Int: Int64] {
    state.withLock { state in state.ends.filter { partitions.contains($0.key) } }
  }

  func wait(for offsets: LedgerOffsets, timeout: Duration) async -> Bool {
    state.withLock { state in
      if state.version.offsets.cover(offsets) { return true }
      guard timeout > .zero else { return false }
      state.waits.append((offsets, timeout))
      return state.waitEnds ?? false
    }
  }

  func report() -> HealthReport { state.withLock { $0.health } }

  private func answer(_ question: String, isThere: Bool) throws -> RegisterAnswer? {
    try state.withLock { state in
      state.asked.append(question)
      if let failure = state.failure { throw failure }
      guard isThere else { return nil }
      return RegisterAnswer(version: state.version, json: Array("{\"question\":\"\(question)\"}".utf8))
    }
  }
}
