import LodgingDomain
import LodgingWire

/// The moment at which an owner looked for stays to seal anew.
struct ResealCheck {
  /// Ledger time, in whole hours: acceptance ends at midnight.
  var hour: Int64
  /// The validator's clock: a key that was missing may be there later.
  var at: Instant

  init(now: Instant, clock: Instant) {
    hour = now.milliseconds / Instant.millisecondsPerHour
    at = clock
  }
}

extension PartitionOwner {
  /// Whether stays are being sealed anew, or are to be looked for, so that the next step has something to do.
  var isResealing: Bool { phase == .deciding && !isCautious && (resealing != nil || isResealCheckDue) }

  /// Whether it takes one of the places of those that work on it: whoever waits for an answer or for the id index does not.
  var holdsPlaceToReseal: Bool { resealing != nil && !isDoubtful && !isStateAhead }

  private var isResealCheckDue: Bool {
    guard let last = resealChecked else { return true }
    let check = ResealCheck(now: state.now, clock: context.clock.now)
    return last.hour != check.hour || context.clock.hasPassed(seconds: context.settings.tailCheckSeconds, since: last.at)
  }

  /// Does a slice of what it takes to seal the identities of open stays to a later month's key, once their own month accepts nothing more in
  /// ledger time; returns entries for the ledger, already applied to the state.
  ///
  /// Which stays that are follows from the state alone, so it is done once, whoever owns the partition and wherever it was interrupted: an
  /// entry that counts moves its stay to the later month, and one that does not has moved nothing. Stays whose key is gone stay as they are.
  func tendReseals() -> EntryBatch? {
    // A validator that died here repeatedly gets over the event at hand first.
    guard phase == .deciding, !isCautious else { return nil }
    do throws(LogError) {
      if resealing == nil { try beginReseals() }
      guard let progress = try resealing?.advance(to: acknowledged, log: context.log, atMost: context.settings.resealScanRecordsMax) else {
        return nil
      }
      switch progress {
      case .reading: return nil
      case .astray: return giveUpOrBeginAgain()
      // What is in flight may hold a later identity of a stay.
      case .arrived: return inFlight.isEmpty && !isStateAhead ? sealAnew() : nil
      }
    } catch {
      resealing = nil
      doubt(error)
      return nil
    }
  }

  private func beginReseals() throws(LogError) {
    guard isResealCheckDue else { return }
    resealChecked = ResealCheck(now: state.now, clock: context.clock.now)
    let months = state.openMonths.filter { context.keys.standing(of: $0, at: state.now) == .expired && context.keys.keys(of: $0) != nil }
    guard let oldest = months.min(), context.keys.sealingKeys(at: state.now) != nil else { return }
    let stays = state.openStays(under: months, atMost: context.settings.resealWaveMax + unsealable.count).filter {
      !unsealable.contains($0)
    }
    guard !stays.isEmpty else { return }
    // A month's key is made in the month before at the earliest, and nothing is sealed to it before that.
    resealing = try ResealScan(
      of: Array(stays.prefix(context.settings.resealWaveMax)), in: ledger, from: oldest.previous.start, log: context.log,
      version: context.version)
  }

  private func giveUpOrBeginAgain() -> EntryBatch? {
    if resealing?.isWhole == true {
      resealing = nil
      context.monitor.alarm(.readFailed(partition: partition, reason: "the ledger changed while identities were looked for in it"))
    } else {
      resealing?.beginAgain()
    }
    return nil
  }

  /// Seals the next stays anew, once everything that was told of them has been read.
  private func sealAnew() -> EntryBatch? {
    guard let later = context.keys.sealingKeys(at: state.now), var resealer = try? Resealer(to: later, keys: context.keys) else {
      resealing = nil
      return nil
    }
    let stays = resealing?.first(context.settings.resealsMax) ?? []
    if resealing?.isWhole == false, stays.contains(where: { isDue($0.stay) && $0.finding == nil }) {
      resealing?.beginAgain()
      return nil
    }
    var entries = EntryBatch()
    var failed = 0
    for (stay, finding) in stays where isDue(stay) {
      guard let reseal = finding.flatMap({ resealer.reseal(stay, $0) }) else {
        unsealable.insert(stay)
        failed += 1
        continue
      }
      state.reseal(reseal.stay, of: reseal.establishment, to: reseal.sealed.month, digest: reseal.digest)
      add(.reseal(reseal), of: stay.establishment, to: &entries)
    }
    if failed > 0 { context.monitor.alarm(.resealFailed(partition: partition, stays: failed)) }
    resealing?.finish(stays.count)
    if resealing?.stays.isEmpty == true { (resealing, resealChecked) = (nil, nil) }
    return entries.records.isEmpty ? nil : entries
  }

  /// Whether the stay is still open and under a month that accepts nothing more.
  private func isDue(_ reference: StayReference) -> Bool {
    guard let stay = state.stay(reference.stay, at: reference.establishment) else { return false }
    return context.keys.standing(of: stay.month, at: state.now) == .expired
  }

  /// Adds an entry without an event of its own: it repeats the last source and time.
  private func add(_ body: LedgerBody, of establishment: EstablishmentID, to entries: inout EntryBatch) {
    let header = terms.header(previous: decided.chain, source: decided.source, now: state.now)
    establishment.withUTF8 { key in
      decided = entries.append(header, body, recordKey: UnsafeRawBufferPointer(key), chainKey: chainKey)
    }
  }
}
