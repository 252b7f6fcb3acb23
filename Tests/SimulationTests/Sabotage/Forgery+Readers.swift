import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

extension Forgery {
  // MARK: What readers hold

  static let ofReaders: [Forgery] = [
    Forgery(name: "a reader's occupancy is wrong", words: "never restarted differs from a fresh one in its occupancy") { world in
      guard let (id, counted) = world.readers[0].model.contents.occupancy.min(by: { $0.key < $1.key }) else { return false }
      var after = counted
      after.occupancy.present += 1
      var batch = ProjectionBatch()
      batch.occupancy[id] = OccupancyChange(before: nil, after: after)
      try world.readers[0].model.commit(batch)
      return true
    },
    Forgery(name: "a reader shows a receipt that is not the ledger's", words: "restarted differs from a fresh one") { world in
      guard var receipt = world.anyReceipt else { return false }
      receipt.decision.outcome = receipt.decision.outcome == .rejected ? .accepted : .rejected
      var batch = ProjectionBatch()
      batch.receipts = [receipt]
      try world.readers[1].model.commit(batch)
      return true
    },
    Forgery(name: "a receipt was shown that contradicts the ledger", words: "contradicts the ledger") { world in
      guard var receipt = world.anyReceipt else { return false }
      receipt.decision.outcome = receipt.decision.outcome == .rejected ? .accepted : .rejected
      world.shown.with { $0 = [receipt] }
      return true
    },
    Forgery(name: "a receipt was shown that names another event", words: "names another event") { world in
      guard var receipt = world.anyReceipt else { return false }
      receipt.digest = .zero
      world.shown.with { $0 = [receipt] }
      return true
    },
    Forgery(name: "a receipt was shown of an event that is not there", words: "is of no event") { world in
      guard var receipt = world.anyReceipt else { return false }
      receipt.source += 1000
      world.shown.with { $0 = [receipt] }
      return true
    },
    Forgery(name: "an acknowledged event is not on the log", words: "does not hold what was acknowledged") { world in
      guard let (offset, record) = world.sender.landed.first else { return false }
      world.sender.forge(landed: (offset + 1000, record))
      return true
    },
  ]

  // MARK: What stands beside the log

  static let ofStores: [Forgery] = [
    Forgery(name: "a snapshot holds another state", words: "gives other bytes") { world in
      let places = world.plan.partitions
      for partition in 0..<places {
        guard let name = try world.snapshots.list(partition: partition).first, let bytes = world.snapshots.published[name] else { continue }
        var state = try SnapshotCodec.decode(bytes)
        var observer = NoObserver()
        state.advance(to: state.now.adding(days: 30), observer: &observer)
        world.snapshots.forge(SnapshotCodec.encode(state), as: name)
        return true
      }
      return false
    },
    Forgery(name: "two states were published under one name", words: "two states were published") { world in
      for partition in 0..<world.plan.partitions {
        guard let name = try world.snapshots.list(partition: partition).first else { continue }
        #expect(throws: SnapshotConflict.self) { try world.snapshots.publish([1], as: name) }
        return true
      }
      return false
    },
    Forgery(name: "a byte of an entry rots", words: "the chain value is not that of") { world in
      let place = TopicPartition(.ledger, 0)
      guard let record = world.log.contents(of: place).first else { return false }
      // Within the genesis entry's body: nobody but the audit reads its ledger id after the beginning.
      return world.log.flipBit(of: place, offset: record.offset, byte: (record.value?.count ?? 0) - 12)
    },
  ]
}

extension World {
  /// The first receipt that the reader holds which never restarted.
  fileprivate var anyReceipt: ReceiptRow? {
    readers[0].model.contents.receipts.min { ($0.key.partition, $0.key.source) < ($1.key.partition, $1.key.source) }?.value
  }
}
