enum LodgingPipelinePlaceholder {}
