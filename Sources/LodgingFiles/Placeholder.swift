enum LodgingFilesPlaceholder {}
