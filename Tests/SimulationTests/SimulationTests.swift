import Foundation
import Testing

@Suite("Five thousand worlds in which everything that can go wrong does")
struct SimulationTests {
  @Test("Whatever happens, every event is decided once, and everybody sees the same")
  func manySeeds() async throws {
    let orders = SimulationOrders(ProcessInfo.processInfo.environment)
    let sealers = try #require(Sealers.shared)
    let result = await Simulation.run(orders, sealers: sealers)
    if orders.isTraced { print(result.trace.joined(separator: "\n")) }
    if orders.isCounted { print("\(orders.seeds.count) seeds from \(orders.seeds.lowerBound) on: \(result.coverage.words)") }
    for failure in result.failures.prefix(3) { Issue.record("\(failure)") }
    #expect(
      result.failures.isEmpty,
      """
      \(result.failures.count) of \(orders.seeds.count) seeds failed:
      \(result.failures.prefix(100).map { "\($0.seed): \($0.words)" }.joined(separator: "\n"))
      """)
    if orders.seeds.count >= SimulationOrders.coveredFrom {
      for thing in Coverage.Thing.allCases where !thing.isRare {
        let needed = max(1, orders.seeds.count / 200)
        #expect(result.coverage.count(thing) >= needed, "\(thing) happened \(result.coverage.count(thing)) times only")
      }
    }
  }
}
