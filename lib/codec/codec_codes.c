#include "codec/codec_codes.h"

#include "codec/code_table.h"
