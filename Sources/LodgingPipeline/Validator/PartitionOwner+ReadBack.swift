import LodgingDomain
import LodgingWire

/// Reading back what was written.
///
/// Offsets alone do not tell whether it counts: a log that lost its tail may have grown again by other hands before ours landed, and what
/// was made on a lost history counts for nothing, though it stands where it was expected.
extension PartitionOwner {
  /// How often an owner reads back what it wrote since, in seconds.
  private static let readBackSeconds: Int64 = 1

  /// Whether it is time to read back.
  var isReadBackDue: Bool {
    phase == .deciding && context.clock.hasPassed(seconds: Self.readBackSeconds, since: readBackAt)
  }

  /// Whether a submission must not be taken for landed before its history was read back: the first one after the state was restored, and
  /// each that did not land right behind what landed before.
  func mustReadBack(before acknowledgement: Acknowledgement) -> Bool {
    guard case .success(let offsets) = acknowledgement.result, inFlight.first?.tag == acknowledgement.tag, let first = offsets.first,
      let last = offsets.last
    else { return false }
    return !hasReadBack || first != acknowledged.offset + 1 || last != acknowledged.offset + Int64(offsets.count)
  }

  /// Reads what landed since the last time; a history that does not stand drops the state, a log that does not answer changes nothing.
  func readBack() {
    isDoubtful = false
    do throws(LogError) {
      _ = try historyStands()
    } catch {
      doubt(error)
    }
  }

  /// Whether everything that is taken for landed counts in the ledger as it is now; where not, the state is dropped.
  func historyStands() throws(LogError) -> Bool {
    guard try isOnTheChain() else {
      context.monitor.alarm(.ledgerTailLost(partition: partition, offset: acknowledged.offset))
      drop()
      return false
    }
    (readBackTo, readBackAt, hasReadBack) = (acknowledged, context.clock.now, true)
    return true
  }

  /// Whether a reader that begins with the entry read back last comes to the one that landed last.
  private func isOnTheChain() throws(LogError) -> Bool {
    let (known, last) = (readBackTo, acknowledged)
    guard known.offset < last.offset else { return try context.log.holds(last, of: partition) }
    var cursor = ChainCursor(partition: partition, after: known, version: context.version)
    var isKnownThere = false
    do throws(LogError) {
      _ = try context.log.walk(ledger, from: known.offset) { record in
        guard record.offset > known.offset else {
          isKnownThere = record.chainValue == known.chain
          return isKnownThere
        }
        guard isKnownThere, record.offset <= last.offset else { return false }
        switch cursor.take(record.value, at: record.offset) {
        case .counts, .ignored: return record.offset < last.offset
        case .unknown, .later, .noGenesis: return false
        }
      }
    } catch {
      guard case .offsetOutOfRange = error else { throw error }
      return false
    }
    return isKnownThere && cursor.position == last
  }

  /// The end of the events log; nil where the log does not answer.
  func endOfEvents() -> Int64? {
    isDoubtful = false
    do throws(LogError) {
      return try context.log.end(of: events)
    } catch {
      doubt(error)
      return nil
    }
  }

  /// Asks the log about a partition about which it did not answer before.
  func askAgain() {
    isDoubtful = false
    do throws(LogError) {
      _ = try context.log.end(of: events)
      _ = try context.log.end(of: ledger)
    } catch {
      doubt(error)
    }
  }
}
