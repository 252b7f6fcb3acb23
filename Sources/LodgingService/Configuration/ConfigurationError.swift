/// Why a node's configuration cannot be used; nothing was started.
///
/// The texts name settings and places, and no value that may be secret.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and how to mend it.
  package var description: String
  /// Whether a file could not be read, and not its content understood.
  package var isUnreadable: Bool

  private init(_ description: String, isUnreadable: Bool = false) {
    self.description = description
    self.isUnreadable = isUnreadable
  }

  /// A name that no setting has.
  static func unknown(_ name: String, in place: String, names: [String]) -> ConfigurationError {
    let near = names.map { ($0, EditDistance.between(name, $0)) }.min { $0.1 < $1.1 }
    guard let near, near.1 <= max(2, name.count / 3) else {
      return ConfigurationError("\(name) (\(place)) is no setting; `lodging run --help` lists them")
    }
    return ConfigurationError("\(name) (\(place)) is no setting; did you mean \(near.0)?")
  }

  /// A value that the setting does not take.
  static func bad(_ setting: Setting, at name: String, in place: String) -> ConfigurationError {
    ConfigurationError("\(name) (\(place)): give \(setting.kind.expected)")
  }

  /// A value where none is expected.
  static func stray(_ value: String, in place: String) -> ConfigurationError {
    ConfigurationError("\(value) (\(place)): settings are given as --name value, one value each; `lodging run --help` lists them")
  }

  /// A secret where everybody can read it.
  static func exposed(_ setting: Setting) -> ConfigurationError {
    ConfigurationError(
      "\(setting.option): other users of the machine can read the command line; set \(setting.variable), or \(setting.key) in a file")
  }

  /// A file with secrets that others may read.
  static func openFile(_ path: String, _ name: String) -> ConfigurationError {
    ConfigurationError("\(path) holds the secret \(name) and others may read it; chmod 600 \(path)")
  }

  /// A file that cannot be read.
  static func unreadable(_ path: String, _ reason: String) -> ConfigurationError {
    ConfigurationError("\(path): \(reason)", isUnreadable: true)
  }

  /// Something else about settings that go together.
  static func refused(_ text: String) -> ConfigurationError { ConfigurationError(text) }
}

/// How many letters must be changed, added or taken away to make one name another.
enum EditDistance {
  static func between(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var row = Array(0...right.count)
    for (line, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (place, other) in right.enumerated() {
        let above = row[place + 1]
        row[place + 1] = min(above + 1, row[place] + 1, diagonal + (letter == other ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
  }
}
