import LodgingPipeline

extension EventLogConformance {
  /// Who owns which partition.
  static let groups: [ConformanceCheck] = [
    ConformanceCheck("The only member of a group is assigned every partition and owns it", needs: [.groups]) { bench in
      let member = try bench.log.join(group: "validator", topic: bench.options.topics.first)
      try bench.expectEqual(try bench.awaitAssignment(member), Array(0..<bench.options.partitions), "assigned partitions")
      for partition in 0..<bench.options.partitions {
        try bench.expect(try member.confirmOwnership(of: partition, position: 0), "partition \(partition) is not the member's")
      }
      for partition in [-1, bench.options.partitions] {
        try bench.expect(
          try !member.confirmOwnership(of: partition, position: 0), "partition \(partition), which is not there, is the member's")
      }
      member.leave()
      try bench.expect(try !member.confirmOwnership(of: 0, position: 0), "a member that left owns a partition")
    },
    ConformanceCheck("Each partition has one owner among two members, and both know which", needs: [.groups]) { bench in
      let members = try (0..<2).map { _ in try bench.log.join(group: "validator", topic: bench.options.topics.first) }
      var owned: [Set<Int>] = [[], []]
      try bench.awaitSharing(members, &owned)
      members[0].leave()
      owned[0] = []
      try bench.awaitSharing(members, &owned)
    },
    ConformanceCheck("A published position changes nothing", needs: [.groups]) { bench in
      let member = try bench.log.join(group: "validator", topic: bench.options.topics.first)
      for partition in -1...bench.options.partitions { member.publish(position: 3, of: partition) }
      _ = try bench.awaitAssignment(member)
      for partition in -1...bench.options.partitions { member.publish(position: 3, of: partition) }
      try bench.expect(try member.confirmOwnership(of: 0, position: 2), "partition 0 is not the member's")
      member.leave()
      member.publish(position: 4, of: 0)
    },
    ConformanceCheck("One member owns everything until it left, and then the next does", needs: [.groups, .undividedGroups]) { bench in
      let first = try bench.log.join(group: "validator", topic: bench.options.topics.first)
      _ = try bench.awaitAssignment(first)
      let second = try bench.log.join(group: "validator", topic: bench.options.topics.first)
      for _ in 0..<3 {
        if let change = try second.poll(timeout: .milliseconds(20)) { throw ConformanceFailure("the second member heard of \(change)") }
      }
      try bench.expect(try first.confirmOwnership(of: 0, position: 0), "the first member lost its partition")
      try bench.expect(try !second.confirmOwnership(of: 0, position: 0), "the second member owns what the first owns")
      first.leave()
      try bench.expectEqual(try bench.awaitAssignment(second), Array(0..<bench.options.partitions), "partitions handed over")
      try bench.expect(try second.confirmOwnership(of: 0, position: 0), "the second member does not own what it was assigned")
      try bench.expect(try !first.confirmOwnership(of: 0, position: 0), "the first member owns what it gave back")
    },
    ConformanceCheck("A member that is given up without leaving makes room", needs: [.groups]) { bench in
      do {
        let lost = try bench.log.join(group: "validator", topic: bench.options.topics.first)
        _ = try bench.awaitAssignment(lost)
      }
      let next = try bench.log.join(group: "validator", topic: bench.options.topics.first)
      try bench.expectEqual(try bench.awaitAssignment(next), Array(0..<bench.options.partitions), "assigned partitions")
    },
    ConformanceCheck("Groups of different names do not hinder each other", needs: [.groups]) { bench in
      let one = try bench.log.join(group: "validator", topic: bench.options.topics.first)
      let other = try bench.log.join(group: "projections", topic: bench.options.topics.first)
      for member in [one, other] {
        try bench.expectEqual(try bench.awaitAssignment(member), Array(0..<bench.options.partitions), "assigned partitions")
      }
    },
    ConformanceCheck("An unknown topic cannot be joined", needs: [.groups]) { bench in
      let nowhere = Topic("no-such-topic")
      try bench.expectError(.unknownTopic(nowhere), "joining for an unknown topic") {
        _ = try bench.log.join(group: "validator", topic: nowhere)
      }
    },
  ]
}

extension LogBench {
  /// Polls until each partition is confirmed to be owned by one member, and by that one only which was told so.
  fileprivate func awaitSharing(_ members: [any PartitionGroup], _ owned: inout [Set<Int>]) throws {
    var due = Set(0..<options.partitions)
    try until("every partition to be owned") {
      for (index, member) in members.enumerated() {
        switch try member.poll(timeout: .milliseconds(20)) {
        case .assigned(let partitions): owned[index].formUnion(partitions)
        case .revoked(let partitions): owned[index].subtract(partitions)
        case nil: break
        }
      }
      due = Set(0..<options.partitions)
      for partition in 0..<options.partitions {
        let confirmed = try members.indices.filter { try members[$0].confirmOwnership(of: partition, position: 0) }
        // Whoever says yes first may have to give the partition up before the next one is asked.
        guard let owner = confirmed.first, try confirmed.count == 1 || !members[owner].confirmOwnership(of: partition, position: 0) else {
          try expect(confirmed.count < 2, "partition \(partition) has \(confirmed.count) owners")
          return false
        }
        if confirmed.count == 1, owned[owner].contains(partition) { due.remove(partition) }
      }
      return due.isEmpty
    }
  }

  /// Polls until every partition is assigned, and returns them in order.
  fileprivate func awaitAssignment(_ member: any PartitionGroup) throws -> [Int] {
    var owned: Set<Int> = []
    try until("an assignment") {
      switch try member.poll(timeout: .milliseconds(20)) {
      case .assigned(let partitions): owned.formUnion(partitions)
      case .revoked(let partitions): owned.subtract(partitions)
      case nil: break
      }
      return owned.count == options.partitions
    }
    return owned.sorted()
  }
}
