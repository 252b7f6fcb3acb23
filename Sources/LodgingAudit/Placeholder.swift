enum LodgingAuditPlaceholder {}
