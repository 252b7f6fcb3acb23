#include <libxml/xmlversion.h>
/* Foundation brings an ICU of its own; libxml2's declarations about the system's are not needed and would contradict it. */
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <libxml/dict.h>
#include <libxml/xmlerror.h>
