import ArgumentParser
import Foundation
import LodgingService

/// Exit codes, and which error means which.
enum Exit {
  /// Done, but rows were rejected, differences found, or nothing found.
  static let incomplete: Int32 = 1
  /// Input or data unreadable.
  static let unreadable: Int32 = 2
  /// A defect of the program.
  static let internalError: Int32 = 70

  /// Runs a command and turns what it throws into a message on stderr and an exit code; wrong usage is told with the command's own usage.
  static func mapping(_ command: any ParsableCommand.Type, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ExitCode {
      throw error
    } catch let error as ValidationError {
      tell(error.message, usageOf: command)
      throw ExitCode.validationFailure
    } catch let error as ConfigurationError where !error.isUnreadable {
      tell("\(error)", usageOf: command)
      throw ExitCode.validationFailure
    } catch {
      FileNote.write("lodging: " + ErrorText(error).lines.joined(separator: "\n         "))
      throw ExitCode(code(of: ErrorKind(error)))
    }
  }

  /// Says what is wrong with the usage of a command, in the form of the argument parser's own messages.
  private static func tell(_ message: String, usageOf command: any ParsableCommand.Type) {
    let usage = LodgingCommand.usageString(for: command)
    let name = usage.split(separator: " ").prefix { !"[<-".contains($0.prefix(1)) }.joined(separator: " ")
    FileNote.write("Error: \(message)\nUsage: \(usage)\n  See '\(name) --help' for more information.")
  }

  private static func code(of kind: ErrorKind) -> Int32 {
    switch kind {
    case .nothingFound: incomplete
    case .inputOrData: unreadable
    case .defect: internalError
    }
  }
}
