import LodgingDomain
package import LodgingWire

/// A partition of which nobody knows that its owner's program knows a version of the ledger.
package struct UnreadyPartition: Encodable, Sendable, Hashable {
  /// Why not.
  package enum Cause: String, Encodable, Sendable, CaseIterable {
    /// The program that committed last knows an earlier version.
    case earlierVersion = "earlier-version"
    /// The program that committed last did not say what it knows, as programs did from before they said it.
    case versionUntold = "version-untold"
    /// Nobody has committed, or so long ago that the cluster has forgotten it.
    case noCommit = "no-commit"
  }

  package var partition: Int
  package var cause: Cause
  /// What the program knows that committed last, where it said so.
  package var format: UInt32?
  package var rules: UInt32?

  /// Makes it from its parts.
  package init(_ partition: Int, _ cause: Cause, knows version: LedgerVersion? = nil) {
    self.partition = partition
    self.cause = cause
    format = version?.format
    rules = version?.rules.number
  }
}

/// What a partition's owner last told its group.
package enum OwnersNote: Sendable, Hashable {
  /// Nothing is committed.
  case noCommit
  /// What was noted beside the last commit, nil for nothing.
  case note(String?)
}

/// Whether the validators of a cluster are known to know the version that a ledger is to be raised to.
///
/// It judges by what the owners of partitions noted when they last committed. Of processes that own nothing, and of those that only read,
/// nothing is noted anywhere.
package struct UpgradeGuard: Sendable, Hashable {
  private let version: LedgerVersion
  /// The partitions that speak against it.
  package let unready: [UnreadyPartition]

  /// Judges by what is noted for each partition, in order.
  package init(to version: LedgerVersion, notes: [OwnersNote]) {
    self.version = version
    unready = notes.enumerated().compactMap { partition, note in
      switch note {
      case .noCommit: return UnreadyPartition(partition, .noCommit)
      case .note(let text):
        guard let known = text.flatMap({ LedgerVersion(note: $0) }) else { return UnreadyPartition(partition, .versionUntold) }
        return known.covers(version) ? nil : UnreadyPartition(partition, .earlierVersion, knows: known)
      }
    }
  }

  /// Why the version is not raised, and what to do; nil where nothing speaks against it.
  package var refusal: String? {
    guard !unready.isEmpty else { return nil }
    return "the ledger is not raised to \(version), and nothing was changed: not every partition is decided by a program that is known to "
      + "know it. " + unready.objections.joined(separator: ". ") + ". A program that does not know the version stops in front of it. "
      + "Start this program on every node and end the earlier ones; whoever takes a partition over commits within seconds, and one that stands "
      + "still commits nothing until it is mended. Then run this again. Who knows that no earlier program runs gives --force"
  }
}

extension [UnreadyPartition] {
  /// What is said of them, one sentence for each kind: `partitions 1, 4-9: …`.
  package var objections: [String] {
    Dictionary(grouping: self) { partition in
      var kind = partition
      kind.partition = 0
      return kind
    }
    .sorted { ($0.value.first?.partition ?? 0) < ($1.value.first?.partition ?? 0) }
    .map { kind, partitions in
      "partition\(partitions.count == 1 ? "" : "s") \(OperatorMonitor.names(of: Set(partitions.map(\.partition)))): \(kind.words)"
    }
  }
}

extension UnreadyPartition {
  fileprivate var words: String {
    switch cause {
    case .earlierVersion: "committed last by a program that knows format \(format ?? 0), rules \(rules ?? 0)"
    case .versionUntold: "committed last by a program that does not say what it knows, an earlier one"
    case .noCommit: "nothing is committed, so nobody is known to decide there"
    }
  }
}
