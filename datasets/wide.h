/*
 * One wide CSV from memory: for tests and fuzzing.
 */
#ifndef TD_DATASETS_WIDE_H
#define TD_DATASETS_WIDE_H

#include "datasets/load.h"

/*
 * As td_evaluation_load() of a single file, from `size` bytes of UTF-8 without BOM and without
 * zero bytes. Takes rules over, also on failure. `name` stands for the file in faults.
 */
td_status td_evaluation_parse_wide(const char *text, size_t size, const char *name, td_rules *rules,
                                   const td_load_options *options, td_evaluation **out,
                                   td_errors *errors);

/* The same in parts of another size than TD_PART_BYTES, which changes nothing: for tests. */
td_status td_evaluation_parse_parts(const char *text, size_t size, const char *name,
                                    td_rules *rules, const td_load_options *options,
                                    size_t part_bytes, td_evaluation **out, td_errors *errors);

#endif
