import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Notes that the partition was claimed at its next event; after some claims in a row at the same event, the owner becomes cautious.
  func noteClaim() {
    guard phase == .deciding, !hasClaimed else { return }
    do {
      // A partition with nothing to decide cannot take a validator down.
      guard try context.log.end(of: events) > nextOffset else { return }
      hasClaimed = true
      let claims = try context.attempts.claim(partition: partition, next: nextSource)
      isCautious = claims > context.settings.claimsBeforeCautionMax
    } catch let error as LogError {
      phase = .mustRestore
      doubt(error)
    } catch {
      isCautious = true
      context.monitor.alarm(.readFailed(partition: partition, reason: "attempt journal: \(error)"))
    }
  }

  /// Forgets the claim of a partition that is given back in order.
  func giveBack() {
    guard hasClaimed else { return }
    hasClaimed = false
    begun = nil
    do {
      try context.attempts.clear(partition: partition)
    } catch {
      context.monitor.alarm(.readFailed(partition: partition, reason: "attempt journal: \(error)"))
    }
  }

  /// Whether this event, about to be decided alone, has taken validators down too often; notes the attempt durably.
  func isPoisonous(_ source: Int64) -> Bool {
    guard isCautious, begun != source else { return false }
    do {
      begun = source
      return try context.attempts.begin(partition: partition, source: source) >= context.settings.deathsMax
    } catch {
      context.monitor.alarm(.readFailed(partition: partition, reason: "attempt journal: \(error)"))
      return false
    }
  }

  /// Ends the caution once an event got through.
  func noteProgress() {
    guard isCautious else { return }
    do {
      try context.attempts.clear(partition: partition)
      isCautious = false
      begun = nil
    } catch {
      context.monitor.alarm(.readFailed(partition: partition, reason: "attempt journal: \(error)"))
    }
  }
}
