import Foundation
import Testing

/// One record under `schemas/examples/<version>/`.
///
/// `NAME.hex` holds its bytes, `NAME.json` says what it is and what it holds, in protobuf's JSON.
struct Example: CustomTestStringConvertible, Sendable {
  enum RecordType: String, Codable {
    case event
    case entry
    case occupancy
    case alert
    case access
    case notice
  }

  let version: String
  let name: String
  let type: RecordType
  let record: [UInt8]
  /// The message in protobuf's JSON.
  let message: Data

  var testDescription: String { "\(version)/\(name)" }

  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("schemas/examples")

  /// Every example of every version; empty where they cannot be read, which a test of its own notices.
  static let all: [Example] = (try? load()) ?? []
  static let events = all.filter { $0.type == .event }
  static let entries = all.filter { $0.type == .entry }
  /// Records of the topic `access`.
  static let access = all.filter { $0.type == .access }
  /// Records of the topic `notices`.
  static let notices = all.filter { $0.type == .notice }
  /// Records of the topics `occupancy` and `alerts`.
  static let published = all.filter { $0.type == .occupancy || $0.type == .alert }

  private static func load() throws -> [Example] {
    let files = FileManager.default
    return try files.contentsOfDirectory(atPath: folder.path).sorted().flatMap { version in
      let names = try files.contentsOfDirectory(atPath: folder.appendingPathComponent(version).path)
      return try names.filter { $0.hasSuffix(".hex") }.sorted().map { try Example(version: version, name: String($0.dropLast(4))) }
    }
  }

  private struct Header: Decodable {
    var type: RecordType
  }

  private init(version: String, name: String) throws {
    self.version = version
    self.name = name
    let path = Self.folder.appendingPathComponent(version).appendingPathComponent(name)
    record = bytes(try String(contentsOf: path.appendingPathExtension("hex"), encoding: .utf8))
    let json = try Data(contentsOf: path.appendingPathExtension("json"))
    type = try JSONDecoder().decode(Header.self, from: json).type
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let described = try #require(object["message"])
    message = try JSONSerialization.data(withJSONObject: described)
  }
}

/// The keys under which the examples of a version were made.
struct ExampleKeys: Decodable {
  var chainKey: String
  var month: String
  var monthPrivateKey: String

  enum CodingKeys: String, CodingKey {
    case month
    case chainKey = "chain_key"
    case monthPrivateKey = "month_private_key"
  }

  init(version: String) throws {
    let path = Example.folder.appendingPathComponent(version).appendingPathComponent("keys.json")
    self = try JSONDecoder().decode(ExampleKeys.self, from: try Data(contentsOf: path))
  }
}
