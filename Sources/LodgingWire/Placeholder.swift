enum LodgingWirePlaceholder {}
