/// Whom a validator asks in a step: partitions about which the log does not answer hold the others up for one answer a step, and not for
/// one each.
///
/// After the first question in vain a step asks no more and decides what it has. Partitions that answered lately are read first then, and
/// those of which it is known that they do not answer are asked last; see ``ValidatorLoop/step(timeout:)``.
struct StepInquiry {
  /// The number of the step.
  private var step = 1
  /// The step in which a partition last fell silent.
  private var silenced = 0
  /// Whether the log left a question of this step without an answer.
  private(set) var hasWaited = false

  mutating func beginStep() {
    step += 1
    hasWaited = false
  }

  /// Asks the log about a partition, unless a question of this step was in vain already; returns whether it was asked and answered.
  mutating func ask(_ owner: PartitionOwner, _ question: () -> Void) -> Bool {
    guard !hasWaited else { return false }
    let wasDoubtful = owner.isDoubtful
    question()
    guard owner.isDoubtful else { return true }
    (hasWaited, owner.lastSilence) = (true, step)
    if !wasDoubtful { silenced = step }
    return false
  }

  /// Notes whether a question that was asked on the way left somebody waiting.
  mutating func note(_ owner: PartitionOwner) {
    if owner.isDoubtful { (hasWaited, silenced) = (true, step) }
  }

  /// Asks for a partition's events, and remembers that they were told.
  mutating func askForEvents(_ owner: PartitionOwner, _ question: () -> Void) {
    if ask(owner, question) { owner.lastAnswer = step }
  }

  /// Those of whom nothing is doubted: first those who answered since somebody last fell silent, and of either first whoever was read longest
  /// ago, so that backlogs which fill each step are worked off in turns.
  func inOrder(_ owners: [PartitionOwner]) -> [PartitionOwner] {
    let asked = owners.filter { !$0.isDoubtful }.enumerated().map { index, owner in
      (owner: owner, rank: (owner.lastAnswer < silenced ? 1 : 0, owner.lastAnswer, index))
    }
    return asked.sorted { $0.rank < $1.rank }.map(\.owner)
  }

  /// Those that are silent, beginning with whoever was asked longest ago: where one of them answers again, the others keep it waiting for one
  /// answer each.
  func silentInOrder(_ owners: [PartitionOwner]) -> [PartitionOwner] {
    owners.filter(\.isDoubtful).sorted { ($0.lastSilence, $0.partition) < ($1.lastSilence, $1.partition) }
  }

  /// Whoever of those of whom nothing is doubted was read longest ago: its turn comes whatever the others have.
  func longestUnread(_ owners: [PartitionOwner]) -> PartitionOwner? {
    owners.filter { !$0.isDoubtful }.min { $0.lastAnswer < $1.lastAnswer }
  }
}
