#include "text/char_class.h"

#include "text/class_table.h"
