enum LodgingKafkaPlaceholder {}
