enum LodgingSyntheticPlaceholder {}
