import Foundation

/// Which worlds are to be simulated, as the environment says.
struct SimulationOrders {
  /// The seeds, in order.
  var seeds: Range<UInt64>
  /// Whether everything that happens is to be printed: for one seed.
  var isTraced: Bool

  /// Whether what happened is to be counted for people: where they said how many seeds.
  var isCounted: Bool

  /// How many seeds are simulated where nothing is said.
  static let seedsDefault: UInt64 = 5000
  /// From how many seeds on everything that can happen must have happened.
  static let coveredFrom = 500

  /// `LODGING_SEEDS` is how many, `LODGING_SEED` the first; with `LODGING_SEED` alone only that one is simulated, and traced.
  init(_ environment: [String: String]) {
    let count = environment["LODGING_SEEDS"].flatMap(UInt64.init)
    let first = environment["LODGING_SEED"].flatMap(UInt64.init)
    isCounted = count != nil
    isTraced = first != nil && count == nil
    let start = first ?? 1
    seeds = start..<start + (count ?? (first == nil ? Self.seedsDefault : 1))
  }
}

/// Why a seed failed, with what is needed to see it again.
struct SeedFailure: Error, CustomStringConvertible, Sendable {
  var seed: UInt64
  var words: String
  var trace: [String]

  /// How much of the trace is printed where many seeds are simulated.
  static let linesMax = 60

  var description: String {
    (["seed \(seed), commit \(Commit.current): \(words)", "again, with all that happened: make simulate SEED=\(seed)"] + trace).joined(
      separator: "\n")
  }
}

/// Runs worlds.
enum Simulation {
  struct Result: Sendable {
    var failures: [SeedFailure] = []
    var coverage = Coverage()
    /// What happened in worlds that ended well, where that was asked for.
    var trace: [String] = []
  }

  /// Runs all seeds on all cores; failures come in the order of their seeds.
  static func run(_ orders: SimulationOrders, sealers: Sealers) async -> Result {
    let workers = UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount))
    var result = await withTaskGroup(of: Result.self) { group in
      for worker in 0..<workers {
        group.addTask {
          var part = Result()
          for seed in stride(from: orders.seeds.lowerBound + worker, to: orders.seeds.upperBound, by: Int(workers)) {
            run(seed, sealers: sealers, isTraced: orders.isTraced, into: &part)
          }
          return part
        }
      }
      var all = Result()
      for await part in group {
        all.failures += part.failures
        all.coverage.add(part.coverage)
        all.trace += part.trace
      }
      return all
    }
    result.failures.sort { $0.seed < $1.seed }
    return result
  }

  /// Runs one seed; a failure is run again with a trace.
  private static func run(_ seed: UInt64, sealers: Sealers, isTraced: Bool, into result: inout Result) {
    do {
      let world = try run(seed, sealers: sealers, isTraced: isTraced)
      result.coverage.add(world.coverage)
      result.trace += world.trace.lines
    } catch {
      var failure = error
      do throws(SeedFailure) {
        if !isTraced { _ = try run(seed, sealers: sealers, isTraced: true) }
      } catch {
        failure = error
        failure.trace = failure.trace.suffix(SeedFailure.linesMax)
      }
      result.failures.append(failure)
    }
  }

  /// Runs one seed and judges what came of it; returns the world, whose coverage says what the judge saw too.
  @discardableResult
  static func run(
    _ seed: UInt64, sealers: Sealers, sabotage: Sabotage = Sabotage(), isTraced: Bool = false,
    change: (inout WorldPlan) -> Void = { _ in }
  ) throws(SeedFailure) -> World {
    var trace: [String] = []
    do {
      let world = try World(seed: seed, sealers: sealers, sabotage: sabotage, isTraced: isTraced, change: change)
      defer { trace = world.trace.lines }
      try world.live()
      try world.heal()
      try sabotage.spoil(world)
      var judge = Judge(world)
      try judge.judge()
      world.coverage.add(world.workload.coverage)
      world.coverage.add(judge.coverage)
      return world
    } catch {
      throw SeedFailure(seed: seed, words: (error as? Judge.Failure)?.words ?? "\(error)", trace: trace)
    }
  }
}

/// The commit that the tests were built from.
enum Commit {
  /// Its first ten digits, read from the repository without a process; a word where there is none.
  static var current: String {
    let git = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.git").standardized
    func text(_ path: String) -> String? {
      (try? String(contentsOf: git.appending(path: path), encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    guard let head = text("HEAD") else { return "unknown" }
    guard head.hasPrefix("ref: ") else { return String(head.prefix(10)) }
    return text(String(head.dropFirst(5))).map { String($0.prefix(10)) } ?? "unknown"
  }
}
