/// Everything that a node was told, with where each value came from.
///
/// A value on the command line goes before one in the environment, that before one in the file, and that before the default.
package struct NodeConfiguration: Sendable {
  /// A value and the place that it came from.
  private struct Value {
    var text: String
    var place: String
  }

  private var values: [String: Value] = [:]
  private let settings: [Setting]

  /// Reads all places.
  ///
  /// - Parameters:
  ///   - arguments: The command line after the command's name: `--name value`, `--name=value`, `--flag`.
  ///   - environment: The environment.
  ///   - settings: What there is to set.
  /// - Throws: ``ConfigurationError`` that names what is wrong.
  package init(arguments: [String], environment: [String: String], settings: [Setting] = Setting.all) throws {
    self.settings = settings
    var layers = [
      try ConfigurationLayer.options(arguments, settings: settings),
      try ConfigurationLayer.environment(environment, settings: settings),
    ]
    if let path = try layers.lazy.compactMap({ try $0.text(of: .file) }).first {
      layers.append(try ConfigurationLayer.file(path, settings: settings))
    }
    for setting in settings {
      for layer in layers where values[setting.key] == nil {
        values[setting.key] = try layer.text(of: setting).map { Value(text: $0, place: "\(layer.name(setting)) \(layer.place)") }
      }
      if values[setting.key] == nil { values[setting.key] = setting.initial.map { Value(text: $0, place: "default") } }
    }
  }

  /// The value of a setting as text.
  package subscript(_ key: String) -> String? { values[key]?.text }

  /// Where a value came from; nil for a default, and where nothing holds.
  func given(_ key: String) -> String? { values[key].flatMap { $0.place == "default" ? nil : $0.place } }

  /// Settings of a group that somebody gave.
  func given(in group: String) -> [String] { settings.map(\.key).filter { $0.hasPrefix(group + ".") && given($0) != nil } }

  /// What holds, for an operator; secrets are masked.
  package var rows: [ConfigurationRow] {
    settings.map { setting in
      let value = values[setting.key]
      return ConfigurationRow(
        key: setting.key, value: value.map { setting.isSecret ? "***" : $0.text } ?? followed(setting), from: value?.place ?? "default",
        help: setting.help)
    }
  }

  /// What follows from another setting where nobody says; nil where nothing does.
  private func followed(_ setting: Setting) -> String? {
    switch setting.key {
    case "keys.file": folder?.keys
    case "snapshots.folder": folder?.snapshots
    default: nil
    }
  }
}

/// A setting as `lodging run --print-configuration` shows it.
package struct ConfigurationRow: Encodable, Sendable, Hashable {
  /// The name.
  package var key: String
  /// What holds; `***` for a secret that is set, nil where nothing holds.
  package var value: String?
  /// Where it came from.
  package var from: String
  /// What it is for.
  package var help: String
}
