// A file for each variant, since objects are named after files: see sources.py for how each is compiled.
#include "library.h"
