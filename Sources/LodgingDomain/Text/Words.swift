/// One thing said to people in both languages of the register.
public struct Words: Hashable, Sendable {
  /// In English.
  public var english: String
  /// In Vietnamese.
  public var vietnamese: String

  /// Makes words from both texts.
  public init(_ english: String, _ vietnamese: String) {
    self.english = english
    self.vietnamese = vietnamese
  }
}
