import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// What operators decided about a ledger.
extension Judge {
  /// Whether an entry is an operator's, and then right: it names no source and no time of its own, and says what may be said there.
  mutating func judgeOperator(_ line: LedgerLine, after last: Int64, at now: Int64, _ history: History) throws -> Bool {
    let place = "partition \(history.partition) after source \(last)"
    switch line.body {
    case .sourceReset(let incarnation, let next):
      guard world.has(.sourceResets), incarnation == line.resets + 2 else { throw fail("\(place): a reset of no use") }
      guard next <= line.sourceOffset + 1 else { throw fail("\(place): records from \(next) on were never decided") }
      guard next >= world.losses[TopicPartition(.events, history.partition)] ?? .max else {
        throw fail("\(place): records from \(next) on were never lost, and are decided twice")
      }
      coverage.note(.sourceReset)
    case .upgrade(let format):
      guard world.has(.upgrades), format == 2, line.terms.format == 0 else { throw fail("\(place): an upgrade of no use") }
      coverage.note(.upgraded)
    case .rekey(let key):
      guard world.has(.rekeys), key > max(1, line.terms.key) else { throw fail("\(place): a rekey of no use") }
      coverage.note(.rekeyed)
    default: return false
    }
    guard line.source == last, line.now == now else { throw fail("\(place): an operator's entry has a source or a time of its own") }
    return true
  }
}

extension LedgerLine {
  /// What entries behind an operator's must say of themselves.
  var termsBehind: Terms {
    switch body {
    case .upgrade(let format): Terms(format: format, key: terms.key)
    case .rekey(let key): Terms(format: terms.format, key: key)
    default: terms
    }
  }
}
