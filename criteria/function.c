#include "criteria/function.h"

#include <string.h>

/* One row per scoring function: its file under functions/ defines td_function_<row>. */
#define FUNCTIONS(ROW)                                                                             \
    ROW(direct)                                                                                    \
    ROW(value)                                                                                     \
    ROW(when)                                                                                      \
    ROW(per_case)                                                                                  \
    ROW(per_step)                                                                                  \
    ROW(ratio)                                                                                     \
    ROW(bands)                                                                                     \
    ROW(piecewise)                                                                                 \
    ROW(relative)                                                                                  \
    ROW(award_held)                                                                                \
    ROW(external)

#define DECLARE(name) extern const td_function td_function_##name;
FUNCTIONS(DECLARE)

#define ADDRESS(name) &td_function_##name,
const td_function *const td_functions[] = {FUNCTIONS(ADDRESS) NULL};

const td_function *td_function_find(const char *name)
{
    size_t i = 0;
    while (td_functions[i] != NULL && strcmp(td_functions[i]->name, name) != 0)
        i++;
    return td_functions[i];
}

const char *td_function_name(size_t i)
{
    const size_t n = sizeof td_functions / sizeof *td_functions - 1;
    return i < n ? td_functions[i]->name : NULL;
}
