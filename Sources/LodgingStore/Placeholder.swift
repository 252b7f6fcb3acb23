enum LodgingStorePlaceholder {}
