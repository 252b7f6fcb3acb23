import LodgingDomain
import LodgingWire
import SwiftProtobuf

/// Prints what reading and writing one record costs, by swift-protobuf's generated code and by ours.
///
/// Usage: `swift run -c release wire-bench [records [part of a measurement's name]]`
@main
struct WireBench {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let count = arguments.first.flatMap { Int($0) } ?? 20_000
    let samples = try Samples(count: count)
    let measurement = Measurement(records: count, filter: arguments.dropFirst().first ?? "")
    try measureEvents(samples, measurement)
    try measureEntries(samples, measurement)
    try IdentityBench(samples: samples, measurement: measurement).run()
  }

  private static func measureEvents(_ samples: Samples, _ measurement: Measurement) throws {
    var records = Records()
    for (event, sealed) in zip(samples.events, samples.sealed) {
      try records.add { try WireEvent.encode(event, identity: .sealed(sealed), into: &$0) }
    }
    print("sealed check-ins of \(records.meanSize) bytes")
    try measurement.run("read by swift-protobuf") {
      try records.count { bytes in try ProtoStayEvent(serializedBytes: bytes.bytes).checkIn.stay.reason > 0 }
    }
    try measurement.run("read by WireEvent") {
      try records.count { bytes in
        guard case .event(let event) = try WireEvent.decode(bytes).content, case .checkIn(let details) = event.body else { return false }
        return details.reason > 0
      }
    }
    var buffer: [UInt8] = []
    try measurement.run("written by WireEvent") {
      var counted = 0
      for (event, sealed) in zip(samples.events, samples.sealed) {
        buffer.removeAll(keepingCapacity: true)
        try WireEvent.encode(event, identity: .sealed(sealed), into: &buffer)
        counted += buffer.isEmpty ? 0 : 1
      }
      return counted
    }
  }

  private static func measureEntries(_ samples: Samples, _ measurement: Measurement) throws {
    var records = Records()
    let decision = Decision(outcome: .accepted, due: Instant(milliseconds: 1), judged: Instant(milliseconds: 2))
    let month = KeyMonth(index: 24_318)
    let facts = Facts(
      seal: .opened, month: month, digest: Digest128(first: 1, second: 2),
      fingerprints: [DocumentFingerprint(month: month, value: 3), DocumentFingerprint(month: month.previous, value: 4)], directoryVersion: 5
    )
    let header = EntryHeader(previous: .zero, source: 1_000_000, now: Instant(milliseconds: 1_782_864_000_000), rules: .first)
    var events = Records()
    for (event, sealed) in zip(samples.events, samples.sealed) {
      try events.add { try WireEvent.encode(event, identity: .sealed(sealed), into: &$0) }
    }
    _ = events.count { event in
      records.add { _ = LedgerWriter.append(header, .decided(decision, facts), event: event, key: samples.key, to: &$0) }
      return true
    }
    print("decided entries of \(records.meanSize) bytes")
    try measurement.run("read by swift-protobuf") {
      try records.count { bytes in try ProtoLedgerEntry(serializedBytes: bytes.bytes).decided.facts.month > 0 }
    }
    try measurement.run("chain fields by ChainFields") { try records.count { try ChainFields(of: $0).previous == .zero } }
    try measurement.run("summary by LedgerReader") { try records.count { try LedgerReader.summary($0).kind == .decided } }
    try measurement.run("whole by LedgerReader") { try records.count { try LedgerReader.entry($0).header.source == 1_000_000 } }
    var buffer: [UInt8] = []
    try measurement.run("written and chained by LedgerWriter") {
      events.count { event in
        buffer.removeAll(keepingCapacity: true)
        return LedgerWriter.append(header, .decided(decision, facts), event: event, key: samples.key, to: &buffer) != .zero
      }
    }
    var scratch: [UInt8] = []
    try measurement.run("chain value checked") { records.count { ChainFields.chainHolds($0, key: samples.key, scratch: &scratch) } }
  }
}
