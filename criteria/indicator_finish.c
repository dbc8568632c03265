#include "criteria/rules_build.h"

static td_kind kind_of(const td_usage *usage)
{
    static const td_kind BY_STRICTNESS[] = {TD_COUNT, TD_POINTS, TD_FLAG, TD_NUMBER};
    for (size_t i = 0; i < sizeof BY_STRICTNESS / sizeof BY_STRICTNESS[0]; i++)
        if (usage->kinds & (1U << BY_STRICTNESS[i]))
            return BY_STRICTNESS[i];
    if (usage->uses & (1U << TD_USE_DATE | 1U << TD_USE_DAYS_OF))
        return TD_DATE;
    bool is_flag = (usage->uses & 1U << TD_USE_FLAG) && !(usage->uses & 1U << TD_USE_NUMBER);
    return is_flag ? TD_FLAG : TD_NUMBER;
}

/* Among the indicators that exist. */
static const char *suggestion(td_reader *reader, const char *word)
{
    const td_rules *rules = reader->rules;
    const char *codes[TD_MAX_SUGGESTED];
    size_t n = 0;
    for (size_t i = 0; i < rules->n_indicators && n < TD_MAX_SUGGESTED; i++)
        if (reader->build->usages[i].is_defined)
            codes[n++] = rules->indicators[i].code;
    return td_reader_suggest(reader, word, codes, n);
}

static void check_reference(td_reader *reader, const td_reference *reference)
{
    const td_indicator *d = &reader->rules->indicators[reference->indicator];
    td_use use = reference->use;
    bool is_date = d->kind == TD_DATE;
    td_reader_go(reader, reference->pointer);
    if (!reader->build->usages[reference->indicator].is_defined) {
        if (use == TD_USE_MENTION)
            td_reader_fault(reader, TD_MSG_RULES_INDICATOR_UNKNOWN, NULL, d->code,
                            suggestion(reader, d->code), NULL);
        return;
    }
    if (is_date && (use == TD_USE_VALUE || use == TD_USE_FLAG || use == TD_USE_NUMBER))
        td_reader_fault(reader, TD_MSG_RULES_DATE_AS_NUMBER, NULL, d->code, NULL);
    if (!is_date && use == TD_USE_DATE)
        td_reader_fault(reader, TD_MSG_RULES_NUMBER_AS_DATE, NULL, d->code, NULL);
    if (!is_date && use == TD_USE_DAYS_OF && !d->computed)
        td_reader_fault(reader, TD_MSG_RULES_DAYS_OF_NUMBER, NULL, d->code, NULL);
}

/* A computed indicator counts from a date, so that one that counts from a computed one is
   wrong in any case; when the way leads back it is said so. */
static void check_computed(td_reader *reader, size_t i)
{
    const td_indicator *indicators = reader->rules->indicators;
    if (!indicators[i].computed || !indicators[indicators[i].of].computed)
        return;
    size_t slow = i, fast = i;
    bool meets = false;
    while (!meets && indicators[fast].computed && indicators[indicators[fast].of].computed) {
        slow = indicators[slow].of;
        fast = indicators[indicators[fast].of].of;
        meets = slow == fast;
    }
    td_reader_go(reader, indicators[i].pointer);
    td_message id = meets ? TD_MSG_RULES_COMPUTED_CYCLE : TD_MSG_RULES_DAYS_OF_NUMBER;
    const char *code = meets ? indicators[i].code : indicators[indicators[i].of].code;
    td_reader_fault(reader, id, "of", code, NULL);
}

/* Following chains is quadratic only while their faults are still listed. */
static void check_all_computed(td_reader *reader)
{
    for (size_t i = 0; i < reader->rules->n_indicators; i++)
        if (td_errors_size(reader->errors) < TD_MAX_FAULTS)
            check_computed(reader, i);
}

void td_finish_indicators(td_reader *reader)
{
    td_rules *rules = reader->rules;
    td_rules_build *build = reader->build;
    for (size_t i = 0; i < rules->n_indicators; i++)
        if (!rules->indicators[i].has_kind)
            rules->indicators[i].kind = kind_of(&build->usages[i]);
    for (size_t i = 0; i < build->n_references; i++)
        check_reference(reader, &build->references[i]);
    check_all_computed(reader);
    td_reader_go(reader, "");
}
