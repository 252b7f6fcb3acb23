import Foundation
import LodgingFiles
import LodgingGateway
import LodgingPipeline
import LodgingStore
import LodgingWire

/// Whose fault an error is, as far as an exit code tells.
package enum ErrorKind: Sendable {
  /// What was asked for does not exist.
  case nothingFound
  /// Input or data cannot be read, or cannot be worked on now.
  case inputOrData
  /// A defect of the program.
  case defect

  /// The kind of an error.
  package init(_ error: any Error) {
    switch error {
    case ServiceError.notFound: self = .nothingFound
    case is ServiceError, is LogOpenError, is LogError, is LedgerStop, is StoreError, is KeyRingError, is DirectoryError, is ImportError,
      is ReceiptError, is OwnerOnlyError, is SnapshotFileError, is CocoaError, is POSIXError, is DecodingError, is GatewayError,
      is ConfigurationError:
      self = .inputOrData
    default: self = .defect
    }
  }
}
