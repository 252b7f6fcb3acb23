enum LodgingServicePlaceholder {}
