/*
 * The generator's settings are a table of the library; here they become options.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apps/cli/options.h"

size_t td_generate_setting_find(const char *name, size_t length)
{
    for (size_t s = 0; s < TD_MAX_SETTINGS && td_generate_setting(s) != NULL; s++) {
        const char *other = td_generate_setting(s)->name;
        if (strlen(other) == length && strncmp(other, name, length) == 0)
            return s;
    }
    return SIZE_MAX;
}

static bool read_seed(const char *text, uint64_t *out)
{
    if (strspn(text, "0123456789") != strlen(text))
        return false;
    errno = 0;
    *out = strtoull(text, NULL, 10);
    return errno == 0;
}

/* Decimals with a point and no exponent; the program stays in the C locale. */
static bool read_real(const char *text, double *out)
{
    const char *digits = text + (*text == '-');
    if (strspn(digits, "0123456789.") != strlen(digits) || strpbrk(digits, "0123456789") == NULL)
        return false;
    char *end;
    *out = strtod(text, &end);
    return *end == '\0' && isfinite(*out);
}

bool td_generate_setting_takes(const td_setting *setting, const char *text)
{
    uint64_t seed;
    double x;
    if (setting->kind == TD_SETTING_TEXT)
        return true;
    if (setting->kind == TD_SETTING_SEED)
        return read_seed(text, &seed);
    if (!read_real(text, &x) || x < setting->min || x > setting->max)
        return false;
    return setting->kind == TD_SETTING_REAL || x == floor(x);
}

static void put(void *member, td_setting_kind kind, const char *text)
{
    double x = 0;
    if (kind != TD_SETTING_TEXT && kind != TD_SETTING_SEED)
        (void)read_real(text, &x);
    switch (kind) {
    case TD_SETTING_TEXT:
        *(const char **)member = text;
        break;
    case TD_SETTING_COUNT:
        *(size_t *)member = (size_t)x;
        break;
    case TD_SETTING_WHOLE:
        *(int *)member = (int)x;
        break;
    case TD_SETTING_SEED:
        (void)read_seed(text, member);
        break;
    case TD_SETTING_REAL:
        *(double *)member = x;
        break;
    }
}

td_generate_options td_generate_options_from(const td_settings *settings)
{
    td_generate_options options = td_generate_defaults();
    for (size_t s = 0; s < TD_MAX_SETTINGS; s++) {
        const td_setting *setting = td_generate_setting(s);
        if (setting == NULL)
            break;
        if (settings->generate[s] != NULL)
            put((char *)&options + setting->offset, setting->kind, settings->generate[s]);
    }
    return options;
}
