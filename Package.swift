// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .treatWarning("ExplicitSendable", as: .error),
]

/// For what the simulation runs: optimised in debug builds too, a world costs a quarter.
///
/// Checks of overflow, bounds and preconditions stay.
let quick: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

func library(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = [], extra: [SwiftSetting] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings + extra)
}

func program(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
  .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], extra: [SwiftSetting] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings + extra)
}

let package = Package(
  name: "lodging-registry",
  products: [
    .executable(name: "lodging", targets: ["lodging"]),
    .executable(name: "kafka-mock", targets: ["kafka-mock"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["JSON", "CommandLineArguments"]),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // Without its traits: what they add is not used.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CCSV", providers: [.apt(["libcsv-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"])]),
    .systemLibrary(name: "CRdkafka", providers: [.apt(["librdkafka-dev"])]),

    library("LodgingDomain", [], extra: quick),
    library("LodgingWire", ["LodgingDomain", "CSodium", crypto, protobuf], extra: quick),
    library("LodgingPipeline", ["LodgingDomain", "LodgingWire"], extra: quick),
    library("LodgingFiles", ["LodgingDomain", "LodgingWire", "CCSV", "CLibXML2", "CZip"]),
    library("LodgingStore", ["LodgingDomain", "LodgingWire", "LodgingPipeline", grdb, sqlite]),
    library("KafkaClient", ["CRdkafka"], extra: [.strictMemorySafety()]),
    library("KafkaMock", ["CRdkafka"]),
    library("LodgingKafka", ["LodgingDomain", "LodgingPipeline", "KafkaClient"]),
    library(
      "LodgingGateway",
      ["LodgingDomain", "LodgingPipeline", hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, metrics, nio]),
    library("LodgingAudit", ["LodgingDomain", "LodgingWire", "LodgingPipeline", protobuf], extra: quick),
    library("LodgingSynthetic", ["LodgingDomain"]),
    library(
      "LodgingService",
      [
        "LodgingDomain", "LodgingWire", "LodgingPipeline", "LodgingFiles", "LodgingStore", "LodgingKafka", "LodgingAudit",
        "LodgingSynthetic", "LodgingGateway", configuration, crypto, lifecycle, logging, metrics, signals,
      ],
      resources: [.copy("Resources/units"), .copy("Resources/stay-reasons")]),
    library("ProcessAllocator", ["CJemalloc"]),
    program("lodging", ["LodgingDomain", "LodgingService", "ProcessAllocator", arguments, logging]),
    program("kafka-mock", ["KafkaMock", arguments]),
    program("log-bench", ["LodgingDomain", "LodgingPipeline", "LodgingStore"], path: "loadtest/LogBench"),
    program("wire-bench", ["LodgingDomain", "LodgingWire", protobuf], path: "loadtest/WireBench"),
    program(
      "lodging-load",
      [
        "LodgingDomain", "LodgingWire", "LodgingKafka", "LodgingPipeline", "LodgingService", "LodgingStore", "LodgingSynthetic",
        "KafkaClient", "ProcessAllocator", arguments,
      ], path: "loadtest/LodgingLoad"),
    program("next-lodging", ["LodgingDomain", "LodgingService", "LodgingWire", logging], path: "Tests/NextLodging"),
    library("TestThreads", []),
    library("LodgingTesting", ["LodgingDomain", "LodgingWire", "LodgingPipeline", crypto], extra: quick),

    tests("LodgingDomainTests", ["LodgingDomain", "LodgingTesting"]),
    tests("LodgingWireTests", ["LodgingDomain", "LodgingWire", crypto, protobuf]),
    tests("LodgingPipelineTests", ["LodgingDomain", "LodgingWire", "LodgingPipeline", "LodgingAudit", "LodgingTesting"]),
    tests("LodgingFilesTests", ["LodgingDomain", "LodgingFiles", "CZip"]),
    tests("LodgingStoreTests", ["LodgingDomain", "LodgingWire", "LodgingPipeline", "LodgingStore", "LodgingTesting", "TestThreads", grdb]),
    tests("KafkaClientTests", ["KafkaClient", "KafkaMock", "TestThreads"]),
    tests(
      "LodgingKafkaTests",
      [
        "LodgingDomain", "LodgingWire", "LodgingPipeline", "LodgingAudit", "LodgingKafka", "KafkaClient", "KafkaMock", "LodgingTesting",
        "TestThreads",
      ]),
    tests(
      "LodgingGatewayTests",
      ["LodgingDomain", "LodgingPipeline", "LodgingGateway", "LodgingTesting", "TestThreads", lifecycle, logging, metrics]),
    tests(
      "LodgingServiceTests",
      [
        "LodgingAudit", "LodgingDomain", "LodgingWire", "LodgingPipeline", "LodgingFiles", "LodgingStore", "LodgingKafka",
        "LodgingSynthetic", "LodgingGateway", "LodgingService", "LodgingTesting", logging,
      ]),
    tests("LodgingSyntheticTests", ["LodgingDomain", "LodgingSynthetic"]),
    tests("SimulationTests", ["LodgingDomain", "LodgingWire", "LodgingPipeline", "LodgingAudit", "LodgingTesting"], extra: quick),
    tests(
      "IntegrationTests",
      [
        "LodgingDomain", "LodgingWire", "LodgingPipeline", "LodgingService", "LodgingTesting", "KafkaClient", "TestThreads", grdb, logging,
      ]),
    tests("RepositoryTests", []),
  ]
)
