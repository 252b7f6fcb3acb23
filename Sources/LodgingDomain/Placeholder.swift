enum LodgingDomainPlaceholder {}
