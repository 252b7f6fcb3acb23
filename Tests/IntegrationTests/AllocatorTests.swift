import Foundation
import Testing

@Suite("The allocator of the program")
struct AllocatorTests {
  @Test("The program allocates with jemalloc, and lets memory go after a second")
  func isInUse() throws {
    // What jemalloc tells at the end of a process that it served (jemalloc(3), opt.stats_print).
    let told = try LodgingProcess.run(["catalogue"], environment: ["MALLOC_CONF": "stats_print:true"]).errors
    let allocated = try #require(told.firstMatch(of: /Allocated: ([0-9]+)/)?.1)
    #expect(Int(allocated) ?? 0 > 100_000)
    #expect(told.contains(#/dirty: +1000 /#) && !told.contains(#/dirty: +10000 /#), "how long memory stays, in each arena")
  }
}
