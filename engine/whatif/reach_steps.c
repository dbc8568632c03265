/*
 * Which indicators of a unit can be moved, and on what grid.
 */
#include <math.h>
#include <string.h>

#include "engine/whatif/trial.h"

static const td_rules *rules_of(const td_trial *t)
{
    return t->official->evaluation->rules[t->rules];
}

/* Of a ratio and a comparison with others the result can be moved, the target was set. */
static size_t n_movable(const td_part *part)
{
    static const char *const WITH_TARGET[] = {"ratio", "relative", "bands", "per-step"};
    for (size_t i = 0; i < sizeof WITH_TARGET / sizeof WITH_TARGET[0]; i++)
        if (strcmp(part->function->name, WITH_TARGET[i]) == 0)
            return part->n_own < 1 ? part->n_own : 1;
    return part->n_own;
}

/* What a computed one is computed from. */
static size_t source_of(const td_rules *rules, size_t indicator)
{
    for (size_t i = 0; rules->indicators[indicator].computed && i < rules->n_indicators; i++)
        indicator = rules->indicators[indicator].of;
    return indicator;
}

static bool is_na(const td_trial *t, size_t leaf)
{
    const td_table *table = &t->evaluation.data.tables[t->rules];
    return table->not_applicable != NULL &&
           table->not_applicable[t->row * rules_of(t)->n_criteria + leaf] != 0;
}

static bool is_known(const td_reach_step *steps, size_t n, size_t indicator)
{
    for (size_t i = 0; i < n; i++)
        if (steps[i].indicator == indicator)
            return true;
    return false;
}

/* The finest decimals of the column; percentages at least one. */
static int decimals_of(const td_trial *t, size_t indicator)
{
    const td_indicator *the = &rules_of(t)->indicators[indicator];
    const td_table *table = &t->evaluation.data.tables[t->rules];
    int finest = the->unit != NULL && strchr(the->unit, '%') != NULL ? 1 : 0;
    if (the->kind == TD_COUNT || the->kind == TD_FLAG || the->kind == TD_DATE)
        return 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        td_decimal d;
        if (td_decimal_of(table->value[row * table->n_indicators + indicator], &d) &&
            d.places > finest)
            finest = d.places;
    }
    return finest;
}

size_t td_trial_steps(const td_trial *t, td_reach_step *steps)
{
    const td_rules *rules = rules_of(t);
    size_t n_steps = 0;
    for (size_t p = 0; p < rules->n_parts; p++) {
        const td_part *part = &rules->parts[p];
        size_t n = is_na(t, part->criterion) ? 0 : n_movable(part);
        for (size_t i = 0; i < n; i++) {
            size_t indicator = source_of(rules, part->inputs[i]);
            double value = td_trial_value(t, indicator);
            if (is_known(steps, n_steps, indicator) || isnan(value))
                continue;
            steps[n_steps++] = (td_reach_step){.criterion = part->criterion - 1,
                                               .indicator = indicator,
                                               .from = value,
                                               .to = value,
                                               .best = value,
                                               .decimals = decimals_of(t, indicator)};
        }
    }
    return n_steps;
}
