import LodgingDomain
import LodgingService

/// A demo's report for people.
enum DemoText {
  static func print(_ report: DemoReport, catalogue: UnitCatalogue) {
    let result = report.result
    Output.line("\nDecisions of \(Output.number(result.events)) events")
    for (name, count) in result.decisions.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Output.columns([("  " + name, 34), (right(count), 12)])
    }
    Output.line("\nCodes")
    for (name, count) in result.codes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Output.columns([("  " + name, 34), (right(count), 12)])
    }
    printOccupancy(result.occupancy, catalogue)
    Output.line("\nAlerts")
    for (name, count) in result.alerts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Output.columns([("  " + name, 42), (right(count), 8)])
    }
    printMeasured(report.measured)
    let audit = result.audit
    Output.line(
      audit.ok
        ? "\nAudit: ok. Every event has exactly one decision that counts, and everything agrees."
        : "\nAudit: NOT OK. lost \(audit.lost), doubled \(audit.doubled), differences \(audit.differences); see the log above.")
    for note in [report.note, report.noteVietnamese].compactMap({ $0 }) { Output.line(note) }
  }

  private static func printOccupancy(_ occupancy: [String: Int], _ catalogue: UnitCatalogue) {
    Output.line("\nGuests by province (whole country: \(Output.number(occupancy["VN"] ?? 0)))")
    let provinces = catalogue.provinces.map { ($0.name, occupancy[$0.code.description] ?? 0) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    let most = max(1, provinces.first?.1 ?? 1)
    for (name, guests) in provinces {
      Output.columns([("  " + name, 30), (right(guests), 9), (Output.bar(Double(guests) / Double(most), width: 40), 40)])
    }
  }

  private static func printMeasured(_ measured: DemoMeasured) {
    Output.line("\nMeasured")
    if let rate = measured.eventsPerSecond { Output.line("  \(Output.number(Int(rate))) events a second, from sending to the read model") }
    Output.line(
      "  \(tenths(measured.seconds)) s in all, \(tenths(measured.residentsSeconds)) s of it loading residents, \(tenths(measured.auditSeconds)) s the audit"
    )
    Output.line("  \(Output.number(measured.peakMemoryMiB)) MiB of memory at the peak")
    let shares = measured.shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \(Int(($0.value * 100).rounded())) %" }
    Output.line("  time: " + shares.joined(separator: ", "))
  }

  private static func right(_ count: Int) -> String {
    let text = Output.number(count)
    return String(repeating: " ", count: max(0, 9 - text.count)) + text
  }

  private static func tenths(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}
