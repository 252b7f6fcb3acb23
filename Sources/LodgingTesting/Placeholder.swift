enum LodgingTestingPlaceholder {}
