import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

/// A falsehood in what a world ended with, which the judge must see wherever it can be brought in.
struct Forgery: Sendable, CustomTestStringConvertible {
  var name: String
  /// What the judge must say.
  var words: String
  /// Brings it in; false where the world has nothing that it could be done to.
  var forge: @Sendable (World) throws -> Bool

  var testDescription: String { name }

  static let all = ofOrder + ofVerdicts + ofReaders + ofStores

  /// Adds an entry without an event at the end of a ledger.
  private static func append(_ body: LedgerBody, to world: World) throws -> Bool {
    try Forger(world: world).rewrite { entries in
      guard var entry = entries.last else { return false }
      (entry.body, entry.event, entry.key) = (body, [], [])
      entries.append(entry)
      return true
    }
  }

  // MARK: Which records are decided, and when

  private static let ofOrder: [Forgery] = [
    Forgery(name: "the last event is not decided", words: "is decided last") { world in
      try Forger(world: world).rewrite { entries in entries.count > 1 && entries.popLast() != nil }
    },
    Forgery(name: "an event in the middle is not decided", words: "follows") { world in
      try Forger(world: world).rewrite { entries in
        guard entries.count > 3 else { return false }
        entries.remove(at: 2)
        return true
      }
    },
    Forgery(name: "an event is decided twice", words: "follows") { world in
      try Forger(world: world).rewrite { entries in
        guard let index = entries.lastIndex(where: \.isDecided) else { return false }
        entries.insert(entries[index], at: index)
        return true
      }
    },
    Forgery(name: "another event is decided than was sent", words: "expected") { world in
      try Forger(world: world).rewrite { entries in
        let decided = entries.indices.filter { entries[$0].isDecided }
        guard decided.count > 2, let first = decided.first, let other = decided.dropFirst().first,
          entries[first].event != entries[other].event
        else { return false }
        entries[first].event = entries[other].event
        return true
      }
    },
    Forgery(name: "records are said to be missing that are there", words: "went on although the record") { world in
      try Forger(world: world).rewrite { entries in
        // A rejected event, so that what follows does not miss it.
        let index = entries.dropLast().lastIndex { entry in
          if case .decided(let decision, _) = entry.body { decision.outcome == .rejected } else { false }
        }
        guard let index else { return false }
        entries[index].body = .missing(first: entries[index].header.source, reason: "")
        return true
      }
    },
    Forgery(name: "ledger time is not the append time", words: "went on although the record") { world in
      try Forger(world: world).rewrite { entries in
        guard entries.count > 2 else { return false }
        entries[1].header.now = entries[1].header.now.adding(milliseconds: -1)
        entries[0].header.now = entries[0].header.now.adding(milliseconds: -1)
        return true
      }
    },
    Forgery(name: "ledger time falls", words: "ledger time falls") { world in
      try Forger(world: world).rewrite { entries in
        guard entries.count > 2 else { return false }
        entries[0].header.now = entries[0].header.now.adding(days: 1000)
        return true
      }
    },
    Forgery(name: "a partition has no genesis", words: "has no genesis") { world in
      try Forger(world: world).rewrite { entries in !entries.isEmpty && entries.removeFirst().body.kind == .genesis }
    },
    Forgery(name: "a second genesis", words: "an entry that nobody should write") { world in
      try Forger(world: world).rewrite { entries in
        guard let first = entries.first, entries.count > 1 else { return false }
        entries.append(first)
        return true
      }
    },
    Forgery(name: "a rekey that no operator wrote", words: "a rekey of no use") { try append(.rekey(keyID: 2), to: $0) },
    Forgery(name: "an upgrade that no operator wrote", words: "an upgrade of no use") {
      try append(.upgrade(format: 2, rules: .newest), to: $0)
    },
    Forgery(name: "a source that is reset though nothing was lost", words: "a reset of no use") {
      try append(.sourceReset(incarnation: 2, nextSource: 0, reason: ""), to: $0)
    },
    Forgery(name: "an entry of a later format", words: "instead of") { world in
      try Forger(world: world).rewriteOne { entry in
        guard entry.isDecided else { return false }
        entry.header.format = 2
        return true
      }
    },
    Forgery(name: "an entry under another key", words: "instead of") { world in
      try Forger(world: world).rewriteOne { entry in
        guard entry.isDecided else { return false }
        entry.header.keyID = 2
        return true
      }
    },
    Forgery(name: "an event is put into quarantine", words: "undecodable with code") { world in
      try Forger(world: world).rewriteOne { entry in
        guard entry.isDecided else { return false }
        entry.body = .undecodable(UndecodableRecord(code: .eventUndecodable, digest: .zero, size: 1, reason: ""))
        return true
      }
    },
    Forgery(name: "a record that is no event counts as a tick", words: "this is no tick") { world in
      try Forger(world: world).rewriteOne { entry in
        guard case .undecodable = entry.body else { return false }
        entry.body = .ticked
        return true
      }
    },
  ]

  // MARK: What is decided

  private static let ofVerdicts: [Forgery] = [
    Forgery(name: "a good event is rejected", words: "expected registered") { world in
      try Forger(world: world).rewriteDecision { decision in
        guard decision.outcome == .accepted else { return false }
        (decision.outcome, decision.codes) = (.rejected, CodeSet(.fieldMissing))
        return true
      }
    },
    Forgery(name: "a bad event is accepted", words: "expected rejected") { world in
      try Forger(world: world).rewriteDecision { decision in
        guard decision.outcome == .rejected else { return false }
        (decision.outcome, decision.codes) = (.accepted, [])
        return true
      }
    },
    Forgery(name: "a rejection has another reason", words: "expected rejected") { world in
      try Forger(world: world).rewriteDecision { decision in
        guard decision.outcome == .rejected else { return false }
        decision.codes.insert(.stayUnknown)
        decision.codes.formSymmetricDifference(CodeSet(.establishmentClosed))
        return true
      }
    },
    Forgery(name: "a repeated event is registered a second time", words: "expected duplicate") { world in
      try Forger(world: world).rewriteDecision { decision in
        guard decision.outcome == .duplicate else { return false }
        (decision.outcome, decision.first) = (.accepted, nil)
        return true
      }
    },
    Forgery(name: "a duplicate names another first event", words: "expected duplicate") { world in
      try Forger(world: world).rewriteDecision { decision in
        guard decision.outcome == .duplicate else { return false }
        decision.first?.source += 1
        return true
      }
    },
    Forgery(name: "a decision names a version of the directory that never was", words: "of the directory after") { world in
      try Forger(world: world).rewriteFacts { facts in
        guard facts.directoryVersion > 0 else { return false }
        facts.directoryVersion += 1
        return true
      }
    },
    Forgery(name: "a decision names a version of the directory though it asked nothing", words: "asked nothing") { world in
      try Forger(world: world).rewriteFacts { facts in
        guard facts.seal == .absent else { return false }
        facts.directoryVersion = 1
        return true
      }
    },
    Forgery(name: "what the directory finds is left out", words: "of the directory finds") { world in
      try Forger(world: world).rewriteDecision { decision in
        decision.outcome == .flagged && decision.codes.remove(CodeSet.directoryFlags) != nil
      }
    },
    Forgery(name: "a full house is not noticed", words: "over capacity") { world in
      try Forger(world: world).rewriteDecision { decision in
        decision.outcome == .flagged && decision.codes.remove(CodeSet(.establishmentOverCapacity)) != nil
      }
    },
  ]
}

extension Forger.Entry {
  /// Whether the entry decides an event.
  var isDecided: Bool { body.kind == .decided }
}

extension Forger {
  /// Offers the facts of one decision after the other to `change`, until it returns true.
  func rewriteFacts(_ change: (inout Facts) -> Bool) throws -> Bool {
    try rewriteOne { entry in
      guard case .decided(let decision, var facts) = entry.body, change(&facts) else { return false }
      entry.body = .decided(decision, facts)
      return true
    }
  }

  /// Offers one decision after the other to `change`, until it returns true.
  func rewriteDecision(_ change: (inout Decision) -> Bool) throws -> Bool {
    try rewriteOne { entry in
      guard case .decided(var decision, let facts) = entry.body, change(&decision) else { return false }
      entry.body = .decided(decision, facts)
      return true
    }
  }
}
