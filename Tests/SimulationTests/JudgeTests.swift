import LodgingPipeline
import LodgingWire
import Testing

@Suite("The judge of the simulation can say no")
struct JudgeTests {
  @Test("A world in which nothing goes wrong is right")
  func faultless() throws {
    let sealers = try #require(Sealers.shared)
    for seed in UInt64(1)...5 { try Simulation.run(seed, sealers: sealers) { $0.faults = [] } }
  }

  @Test("The same seed is the same world, step by step")
  func sameSeed() throws {
    let sealers = try #require(Sealers.shared)
    for seed in UInt64(1)...8 {
      let traces = try (1...2).map { _ in try Simulation.run(seed, sealers: sealers, isTraced: true).trace.lines }
      let different = zip(traces[0], traces[1]).first { $0 != $1 }
      #expect(different == nil && traces[0].count == traces[1].count, "seed \(seed)")
    }
  }

  /// The worlds are healthy ones, so that nothing but the forgery can be what the judge objects to.
  @Test("A falsehood in what a world ended with is seen", arguments: Forgery.all)
  func forgery(_ forgery: Forgery) throws {
    let sealers = try #require(Sealers.shared)
    for seed in UInt64(1)...30 {
      var isForged = false
      let sabotage = Sabotage(spoil: { isForged = try forgery.forge($0) })
      do throws(SeedFailure) {
        try Simulation.run(seed, sealers: sealers, sabotage: sabotage) { plan in
          plan.faults = []
          plan.settings.snapshotEntries = 5
        }
        #expect(!isForged, "seed \(seed): nobody saw it")
      } catch {
        #expect(isForged && error.words.contains(forgery.words), "seed \(seed): \(error.words)")
        return
      }
    }
    Issue.record("no world had anything to forge")
  }

  @Test("A source that is reset further back than it was lost, or not far enough, is seen", arguments: [-1, 1] as [Int64])
  func wrongReset(by step: Int64) throws {
    let sealers = try #require(Sealers.shared)
    var seen = 0
    for seed in UInt64(1)...80 {
      var isForged = false
      let sabotage = Sabotage(spoil: { world in
        isForged = try Forger(world: world).rewriteOne { entry in
          guard case .sourceReset(let incarnation, let next, let reason) = entry.body, next + step >= 0 else { return false }
          entry.body = .sourceReset(incarnation: incarnation, nextSource: next + step, reason: reason)
          return true
        }
      })
      do throws(SeedFailure) {
        try Simulation.run(seed, sealers: sealers, sabotage: sabotage) { $0.faults = [.eventsTail, .sourceResets] }
        #expect(!isForged, "seed \(seed): nobody saw it")
      } catch {
        #expect(isForged, "seed \(seed): \(error.words)")
        seen += 1
      }
    }
    #expect(seen > 3)
  }

  @Test("A part that misbehaves is found out", arguments: Misbehaviour.all)
  func misbehaviour(_ misbehaviour: Misbehaviour) throws {
    let sealers = try #require(Sealers.shared)
    for seed in UInt64(1)...60 {
      do throws(SeedFailure) {
        try Simulation.run(seed, sealers: sealers, sabotage: misbehaviour.make(sealers), change: misbehaviour.change)
      } catch {
        #expect(misbehaviour.words.contains { error.words.contains($0) }, "seed \(seed): \(error.words)")
        return
      }
    }
    Issue.record("nobody found out")
  }
}
