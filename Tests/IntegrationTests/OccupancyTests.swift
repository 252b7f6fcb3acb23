import Foundation
import TestThreads
import Testing

@Suite("Occupancy at another moment, as a process", .onProcessThread)
struct OccupancyTests {
  @Test("It has the fields of an answer of now, for every level, and the figures of its moment")
  func fields() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    for unit in ["VN", "01", "00004", "e:HN-0001"] {
      let now = try #require(try LodgingProcess.run("occupancy", unit, "--json", "--data", folder).rows.first)
      let past = try #require(
        try LodgingProcess.run("occupancy", unit, "--at", "2025-12-31T20:00:00+07:00", "--json", "--data", folder).rows.first)
      #expect(Set(now.keys).subtracting(["lag_seconds", "waiting", "undecided", "unfolded", "note"]).isSubset(of: past.keys), "\(unit)")
      let children = { (row: [String: Any]) in (row["children"] as? [[String: Any]] ?? []).map { $0["unit"] as? String } }
      #expect(children(past) == children(now), "\(unit)")
      #expect((past["as_of"] as? String)?.hasPrefix("2025-12-31T20:00:00") == true)
      #expect(past["guests"] as? Int == 0 && past["arrivals"] as? Int == 0)
    }
  }

  @Test("Units that nobody knows are not found, at any moment")
  func unknown() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    for unit in ["99", "99999", "e:NOPE"] {
      for at in [[], ["--at", "2026-01-01T00:00:00Z"]] {
        #expect(try LodgingProcess.run(["occupancy", unit, "--data", folder] + at).status == 1, "\(unit) \(at)")
      }
    }
  }

  @Test("Of a moment that ledger time has not reached the answer is of ledger time, and says so")
  func future() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let now = try #require(try LodgingProcess.run("occupancy", "--json", "--data", folder).rows.first)
    let future = try #require(try LodgingProcess.run("occupancy", "--at", "2150-01-01T00:00:00Z", "--json", "--data", folder).rows.first)
    for figure in ["guests", "present", "overdue", "presumed_left"] { #expect(future[figure] as? Int == now[figure] as? Int, "\(figure)") }
    #expect(future["as_of"] as? String == now["as_of"] as? String)
    #expect((future["note"] as? String)?.isEmpty == false)
  }

  /// The samples' houses with the guests of one file.
  private func register(_ scratch: ScratchFolder) throws -> String {
    let folder = scratch.file("data")
    _ = try LodgingProcess.run("residents", "load", sample("residents.csv"), "--data", folder)
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder)
    let imported = try LodgingProcess.run("import", sample("qr.txt"), "--establishment", "HN-0001", "--json", "--data", folder)
    #expect(imported.rows.contains { $0["receipt"] is String })
    return folder
  }
}
