public import ArgumentParser
public import LodgingDomain
import LodgingService

/// `lodging keys`.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List, make and destroy the months' keys.", subcommands: [List.self, Rotate.self, Destroy.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the months with their dates, and the open stays that are sealed to each.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let register = try global.registerToAsk()
        for key in try KeyDesk(register).list() { try KeysCommand.print(key, global) }
        try FileNote.tellFreshnessOnCluster(register)
      }
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the next month's key now, or a new key for the ledger's chain.",
      discussion: """
        With --chain, a new chain key is made, and each partition's ledger goes on under it from a rekey entry on. Earlier keys stay in the \
        key ring: the audit needs them. Every node that decides or audits must have the new keys.json; one that has not stands still with an \
        alarm until it does. Interrupted, the command is run again.
        """)
    @OptionGroup var global: GlobalOptions
    @Flag(help: "Rotate the key of the ledger's chain instead.") var chain = false

    func run() throws {
      try Exit.mapping(Self.self) {
        let desk = KeyDesk(try global.register(for: .writing))
        guard chain else { return try KeysCommand.print(desk.rotate(), global) }
        let rotation = try desk.rotateChain()
        if global.json { return try Output.json(rotation) }
        Output.line("the ledger goes on under chain key \(rotation.chainKey)")
        Output.line("  \(rotation.rekeyed) of \(rotation.partitions) partitions came to it now")
      }
    }
  }

  struct Destroy: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Destroy a month's secret keys: its identities become unreadable everywhere, for good.",
      discussion: """
        Guests who are still there are sealed to the current month's key first, so that nobody who stays is forgotten. Then everything that \
        was sealed, fingerprinted or digested in the month is unreadable in log, ledger, register, snapshots and backups at once; stays, \
        figures, alerts and receipts stay, without who it was. Destroy the month in every backup of keys.json too, and on a cluster replace \
        every node's copy of that file: a copy that is left reads everything.

        A month that still takes events cannot be destroyed by anybody. One whose identities are to be kept for longer (\
        \(RuleBook.identityKeptMonths) months after its end) takes --before-retention-ends. Interrupted, the command is run again; on a \
        destroyed month it does nothing.
        """)
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The month, yyyy-MM.") var month: KeyMonth
    @Flag(help: "Destroy the key although the month's identities should be kept for longer. There is no way back.")
    var beforeRetentionEnds = false

    func run() throws {
      try Exit.mapping(Self.self) {
        let desk = KeyDesk(try global.register(for: .writing))
        guard try desk.list().contains(where: { $0.month == month.description }) else {
          FileNote.write("there is no key of \(month)")
          throw ExitCode(Exit.incomplete)
        }
        let key = try desk.destroy(month, beforeRetentionEnds: beforeRetentionEnds) { progress in
          switch progress {
          case .passing(let partitions): FileNote.write("\(month): telling \(partitions) idle partitions the time")
          case .resealing(let left, let most): FileNote.write("\(month): \(left) of \(most) open stays left to seal to this month's key")
          case .destroying: FileNote.write("\(month): destroying the key")
          }
        }
        try KeysCommand.print(key, global)
        if let warning = desk.copiesWarning { FileNote.write("\(month): \(warning)") }
      }
    }
  }

  private static func print(_ key: KeyOutput, _ global: GlobalOptions) throws {
    if global.json { return try Output.json(key) }
    Output.columns([
      (key.month, 8), (key.standing, 10), ("seal until \(key.sealUntil)", 38), ("accept until \(key.acceptUntil)", 40),
      ("keep until \(key.keepUntil)", 38), ("\(key.openStays) open stays", 16), (key.note ?? "", 60),
    ])
  }
}

extension KeyMonth: ExpressibleByArgument {
  /// Reads a month as it is written.
  public init?(argument: String) { self.init(argument) }
}
