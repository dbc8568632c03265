/*
 * Awards that a unit held: this year's decisions, and what is on record.
 */
#include <string.h>

#include "engine/award/award.h"

static bool is_among(const td_past *past, const char *award)
{
    for (size_t i = 0; i < past->n_awards; i++)
        if (strcmp(past->awards[i], award) == 0)
            return true;
    return false;
}

static const td_held *record_of(const td_nominee *the, size_t *n)
{
    const td_dataset *data = &the->prepared->evaluation->data;
    *n = data->units[the->unit].n_held;
    return *n == 0 ? NULL : data->held + data->units[the->unit].first_held;
}

static bool holds(const td_nominee *the, size_t award)
{
    return (the->holds >> award & 1) != 0;
}

/* Awards of this year: those of the policy that the unit holds, and others on record. */
static size_t count_this_year(const td_nominee *the, const td_past *past)
{
    const td_policy *policy = the->prepared->evaluation->policy;
    size_t count = 0, n;
    const td_held *held = record_of(the, &n);
    for (size_t w = 0; w < policy->n_awards; w++)
        count += holds(the, w) && is_among(past, policy->awards[w].code);
    for (size_t h = 0; h < n; h++) {
        bool counts = held[h].years_ago == 0 && is_among(past, held[h].award);
        for (size_t w = 0; w < policy->n_awards && counts; w++)
            counts = !(holds(the, w) && strcmp(policy->awards[w].code, held[h].award) == 0);
        count += counts;
    }
    return count;
}

size_t td_nominee_past(const td_nominee *the, const td_past *past, bool by_year)
{
    size_t count = 0, n;
    const td_held *held = record_of(the, &n);
    for (int year = past->years_from; year <= past->years_to; year++) {
        size_t in_year = year == 0 ? count_this_year(the, past) : 0;
        for (size_t h = 0; h < n; h++)
            in_year += held[h].years_ago == year && year > 0 && is_among(past, held[h].award);
        count += by_year ? in_year > 0 : in_year;
    }
    return count;
}

bool td_nominee_was_given(const td_nominee *the, const char *award)
{
    size_t n;
    const td_held *held = record_of(the, &n);
    for (size_t h = 0; h < n; h++)
        if (held[h].years_ago == 0 && strcmp(held[h].award, award) == 0)
            return true;
    return false;
}
