internal import KafkaClient
package import LodgingPipeline

extension KafkaLogConfiguration {
  /// Takes settings over from a text of `name=value` lines, as Kafka's own tools and kcat read them from a file.
  ///
  /// Throws ``LogError/fatal(_:)`` with the number of a line that is none, or that librdkafka does not take; its value is not told.
  package mutating func take(properties text: String) throws(LogError) {
    do {
      settings.merge(try KafkaConfiguration(properties: text).settings) { $1 }
    } catch {
      throw .fatal(error.reason)
    }
  }

  /// Every setting of each kind of connection as it may be shown: secrets are replaced by asterisks.
  package var shown: [String: [String: String]] {
    [
      "reader": reader.masked, "ingress-reader": othersReader.masked, "producer": producer.masked,
      "member": member(of: name(ofGroup: "…")).masked,
    ]
  }

  /// Why a login could be read on its way to the brokers, or is not used, and what to do; nil where nothing is wrong with it.
  ///
  /// It names settings, and no value that is secret.
  package var loginProblem: String? { KafkaConfiguration(settings).loginProblem }

  /// Why the settings for every connection would lose or repeat records silently, and what to do; nil where they would not.
  package var guaranteeProblem: String? { KafkaConfiguration(settings).guaranteeProblem }

  /// The settings for every connection that hold what nobody may see, by name.
  package var secretNames: [String] { settings.keys.filter(KafkaConfiguration.isSecret).sorted() }
}
