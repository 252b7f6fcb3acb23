import Configuration
import Foundation

/// One place that settings come from.
struct ConfigurationLayer {
  private let snapshot: any ConfigSnapshot
  private let types: (Setting) -> ConfigType
  /// How a setting is called there.
  let name: (Setting) -> String
  /// The place, for people.
  let place: String

  /// The value of a setting as text, or nil; throws ``ConfigurationError`` where it is not of the setting's kind.
  func text(of setting: Setting) throws -> String? {
    do {
      let value = try snapshot.value(forKey: AbsoluteConfigKey(setting.components), type: types(setting)).value
      guard let text = try value.map(Self.text) else { return nil }
      guard setting.kind.takes(text) else { throw ConfigurationError.bad(setting, at: name(setting), in: place) }
      return text
    } catch {
      throw ConfigurationError.bad(setting, at: name(setting), in: place)
    }
  }

  /// The value as text; throws where it is of another kind.
  private static func text(_ value: ConfigValue) throws -> String {
    switch value.content {
    case .string(let text): return text
    case .int(let number): return String(number)
    case .bool(let flag): return String(flag)
    // An option without a value is a flag.
    case .stringArray(let texts) where texts.isEmpty: return "true"
    // The provider takes values apart at commas.
    case .stringArray(let texts): return texts.joined(separator: ",")
    default: throw CancellationError()
    }
  }
}

extension ConfigurationLayer {
  /// The command line: `--name value`, `--name=value` or `--flag`.
  static func options(_ arguments: [String], settings: [Setting]) throws -> ConfigurationLayer {
    let place = "on the command line"
    let names = Dictionary(uniqueKeysWithValues: settings.map { ($0.option, $0) })
    // The provider puts values of one name together, however they were given, so what is one value must be seen here.
    var given: Set<Setting> = []
    var open: Setting?
    for argument in arguments {
      guard argument.hasPrefix("--") else {
        guard open != nil else { throw ConfigurationError.stray(argument, in: place) }
        open = nil
        continue
      }
      let name = String(argument.prefix { $0 != "=" })
      guard let setting = names[name] else { throw ConfigurationError.unknown(name, in: place, names: Array(names.keys)) }
      if setting.isSecret { throw ConfigurationError.exposed(setting) }
      guard given.insert(setting).inserted else { throw ConfigurationError.bad(setting, at: name, in: "\(place), twice") }
      open = argument.contains("=") ? nil : setting
    }
    return ConfigurationLayer(
      snapshot: CommandLineArgumentsProvider(arguments: ["lodging"] + arguments).snapshot(), types: { _ in .stringArray },
      name: \.option, place: place)
  }

  /// Variables that other commands and tests read.
  private static let otherVariables: Set<String> = ["LODGING_PROGRESS_SECONDS", "LODGING_SEED", "LODGING_SEEDS"]

  /// The environment: every variable that begins with `LODGING_`, but for those of other commands; an empty one is none.
  static func environment(_ variables: [String: String], settings: [Setting]) throws -> ConfigurationLayer {
    let place = "in the environment"
    let names = settings.map(\.variable)
    let variables = variables.filter { !$0.value.isEmpty }
    for name in variables.keys.sorted() where name.hasPrefix("LODGING_") && !names.contains(name) && !otherVariables.contains(name) {
      throw ConfigurationError.unknown(name, in: place, names: names)
    }
    return ConfigurationLayer(
      snapshot: EnvironmentVariablesProvider(environmentVariables: variables).prefixKeys(with: "lodging").snapshot(),
      types: { _ in .string }, name: \.variable, place: place)
  }

  /// A JSON file; objects are levels of the names.
  static func file(_ path: String, settings: [Setting]) throws -> ConfigurationLayer {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw ConfigurationError.unreadable(path, "the file cannot be read")
    }
    let tree: ConfigurationTree
    do {
      tree = try JSONDecoder().decode(ConfigurationTree.self, from: data)
    } catch {
      throw ConfigurationError.unreadable(path, "no JSON, or other values than objects, texts, whole numbers, true and false")
    }
    if let problem = JSONForm.problem(in: data) { throw ConfigurationError.refused("\(path), \(problem)") }
    try check(tree, path, settings.filter { $0 != Setting.file })
    let bytes = Array(data)
    do {
      return ConfigurationLayer(
        snapshot: try JSONSnapshot(data: bytes.span.bytes, providerName: path, parsingOptions: .default), types: \.fileType, name: \.key,
        place: "in \(path)")
    } catch {
      throw ConfigurationError.unreadable(path, "no JSON object with settings")
    }
  }

  private static func check(_ tree: ConfigurationTree, _ path: String, _ settings: [Setting]) throws {
    for (key, leaf) in tree.leaves() {
      guard let setting = settings.first(where: { $0.key == key }) else {
        throw ConfigurationError.unknown(key, in: "in \(path)", names: settings.map(\.key))
      }
      guard setting.fileType == leaf else { throw ConfigurationError.bad(setting, at: key, in: "in \(path)") }
      if setting.isSecret, FilePermissions.areOpen(path) { throw ConfigurationError.openFile(path, setting.key) }
    }
  }
}

extension Setting {
  /// What a file must hold for it.
  fileprivate var fileType: ConfigType {
    switch kind {
    case .text, .choice: .string
    case .number: .int
    case .flag: .bool
    }
  }
}

/// Who may read a file.
enum FilePermissions {
  /// Whether others than the owner may.
  static func areOpen(_ path: String) -> Bool {
    let mode = try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    return (mode ?? 0o777) & 0o077 != 0
  }
}

/// A configuration file by its form: which names hold what kind of value.
private enum ConfigurationTree: Decodable {
  case object([String: ConfigurationTree])
  case leaf(ConfigType)

  init(from decoder: any Decoder) throws {
    if let object = try? [String: ConfigurationTree](from: decoder) {
      self = .object(object)
      return
    }
    let container = try decoder.singleValueContainer()
    if (try? container.decode(Bool.self)) != nil {
      self = .leaf(.bool)
    } else if (try? container.decode(Int.self)) != nil {
      self = .leaf(.int)
    } else {
      _ = try container.decode(String.self)
      self = .leaf(.string)
    }
  }

  /// The values by their full names, in order.
  func leaves(under prefix: String = "") -> [(key: String, type: ConfigType)] {
    switch self {
    case .leaf(let type): [(prefix, type)]
    case .object(let members):
      members.sorted { $0.key < $1.key }.flatMap { name, member in
        // A point within a name is no level.
        let name = name.contains(".") ? "\"\(name)\"" : name
        return member.leaves(under: prefix.isEmpty ? name : "\(prefix).\(name)")
      }
    }
  }
}
