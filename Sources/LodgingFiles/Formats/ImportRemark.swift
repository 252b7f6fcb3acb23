/// Something in a file that was left out and does no harm; told once for each file.
package enum ImportRemark: Hashable, Sendable {
  /// An element that the declaration does not have; only the first of ``unknownElementsMax`` different ones are told.
  case unknownElement(String)

  /// How many unknown elements are told.
  package static let unknownElementsMax = 8
  /// The longest name of an element that is told, in characters.
  static let nameLengthMax = 64

  /// What was left out, in English.
  package var english: String {
    switch self {
    case .unknownElement(let name): "The element \(name) is not part of the declaration and was left out."
    }
  }

  /// What was left out, in Vietnamese.
  package var vietnamese: String {
    switch self {
    case .unknownElement(let name): "Phần tử \(name) không thuộc tờ khai và đã được bỏ qua."
    }
  }
}
