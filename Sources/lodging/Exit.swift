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

  /// Runs a command and turns what it throws into a message on stderr and an exit code.
  static func mapping(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ExitCode {
      throw error
    } catch let error as ValidationError {
      throw error
    } catch {
      FileNote.write("lodging: " + ErrorText(error).lines.joined(separator: "\n         "))
      throw ExitCode(ErrorKind(error) == .inputOrData ? unreadable : internalError)
    }
  }
}
