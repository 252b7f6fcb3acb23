public import ArgumentParser
public import LodgingDomain
import LodgingService

/// `lodging receipt`.
struct ReceiptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "Fetch a receipt, signed, or verify one.", subcommands: [Fetch.self, Verify.self, Keys.self],
    defaultSubcommand: Fetch.self)

  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "fetch", abstract: "Fetch a receipt by its id.")
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The receipt's id, such as 17-1-40213-9f86d081884c7d65.") var id: ReceiptID

    func run() throws {
      try Exit.mapping(Self.self) {
        let register = try global.registerToAsk()
        guard let receipt = try ReceiptDesk(register).fetch(id) else {
          FileNote.write("there is no receipt \(id)")
          try FileNote.tellFreshnessOnCluster(register)
          throw ExitCode(Exit.incomplete)
        }
        if global.json { return try Output.json(receipt) }
        ReceiptCommand.print(receipt)
        Output.line(receipt.signed ?? "")
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Verify a signed receipt with the register's public keys.")
    @OptionGroup var global: GlobalOptions
    @Argument(help: "A file with the signed receipt, or with the JSON that a fetch gave.") var file: String
    @Option(help: "A file with the register's public keys.") var jwks: String

    func run() throws {
      try Exit.mapping(Self.self) {
        switch try ReceiptDesk.verify(InputFile.text(file), keySet: InputFile.text(jwks)) {
        case .success(let receipt): if global.json { try Output.json(receipt) } else { ReceiptCommand.print(receipt) }
        case .failure(let refusal):
          FileNote.write("\(refusal.words.english)\n\(refusal.words.vietnamese)")
          throw ExitCode(Exit.incomplete)
        }
      }
    }
  }

  struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "jwks", abstract: "Print the public keys that receipts are verified with.")
    @OptionGroup var global: GlobalOptions

    func run() throws { try Exit.mapping(Self.self) { Output.line(ReceiptDesk(try global.register(for: .reading)).keySet) } }
  }

  private static func print(_ receipt: ReceiptOutput) {
    Output.line("\(receipt.receipt)  \(receipt.outcome)  \(receipt.codes.joined(separator: ", "))")
    Output.line("  \(receipt.kind) \(receipt.event) of \(receipt.establishment)")
    Output.line("  received \(receipt.received), decided \(receipt.decided)" + (receipt.due.map { ", due \($0)" } ?? ""))
    for note in [receipt.note, receipt.noteVietnamese].compactMap({ $0 }) { Output.line("  \(note)") }
  }
}

extension ReceiptID: ExpressibleByArgument {
  /// Reads an id as it is written.
  public init?(argument: String) { self.init(argument) }
}
