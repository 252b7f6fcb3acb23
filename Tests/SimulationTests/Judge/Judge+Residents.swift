import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// Each decision says which version of the residents' directory it was made with, and what that version finds.
extension Judge {
  mutating func judgeResidents(_ verdict: LedgerLine.Verdict, _ line: LedgerLine, _ sent: Sent, isReadable: Bool, _ partition: Int) throws {
    let place = "partition \(partition) source \(line.source)"
    guard isReadable, let key = world.sealers.rowKey(of: sent) else {
      guard verdict.directoryVersion == 0 else { throw fail("\(place): names a version of the directory and asked nothing") }
      return
    }
    let versions = world.residents.versions(
      event: TopicPartition(.events, partition), at: line.sourceOffset,
      decision: TopicPartition(.ledger, partition), at: line.offset)
    guard versions.contains(verdict.directoryVersion), verdict.directoryVersion >= lookedUp[partition] ?? 0 else {
      throw fail(
        "\(place): looked up in version \(verdict.directoryVersion) of the directory after \(lookedUp[partition] ?? 0), expected \(versions)"
      )
    }
    coverage.note(.lookedUp)
    if let last = lookedUp[partition], last < verdict.directoryVersion { coverage.note(.lookedUpAnew) }
    lookedUp[partition] = verdict.directoryVersion
    let outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: verdict.outcome))
    guard outcome?.isRegistered == true else { return }
    let findings = ResidentsOverTime.findings(key: key, version: verdict.directoryVersion)
    guard CodeSet(rawValue: verdict.codes).intersection(CodeSet.directoryFlags) == findings else {
      throw fail("\(place): version \(verdict.directoryVersion) of the directory finds \(findings.codes.map(\.name))")
    }
  }
}

extension Sealers {
  /// The row that the directory is asked for; nil where a guest's paper says nothing that it knows.
  fileprivate func rowKey(of sent: Sent) -> UInt64? {
    guard let details = sent.event.stayDetails, details.guestKind == .citizen, let identity = sent.identity,
      identity.documentKind == .chipCard
    else { return nil }
    return rowKeys[identity.documentNumber]
  }
}
