#include "apps/report/provenance.h"

#include <inttypes.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

#define LINE 2048
#define SHORT_HASH 12

typedef void sayer(const td_report *report, const char *text);

static void warn_generated(const td_evaluation_view *view, td_lang lang, sayer *say,
                           const td_report *report)
{
    char line[LINE], seed[24];
    if (view->generated[0] == NULL && view->generated[1] == NULL)
        return;
    const char *note = td_name_of(view->generated, lang);
    snprintf(seed, sizeof seed, "%" PRIu64, view->seed);
    td_message id = view->has_seed ? TD_MSG_WORD_GENERATED_SEED : TD_MSG_WORD_GENERATED;
    say(report, td_phrase(line, sizeof line, lang, id, note, seed, NULL));
}

/* Another method ranks than the one that the rule sets were made for. */
static void warn_method(const td_scored *scored, td_lang lang, sayer *say, const td_report *report)
{
    char line[LINE];
    size_t n_rules = td_evaluation_get(scored->evaluation).n_rules, method = 0;
    bool matters = false;
    for (size_t r = 0; r < n_rules; r++) {
        const td_rules *rules = td_evaluation_rules(scored->evaluation, r);
        if (!td_rules_shown(scored, r) || td_rules_method(rules) == 0)
            continue;
        method = td_rules_method(rules);
        matters |= td_rules_has_method(rules);
    }
    if (method != 0)
        say(report, td_phrase(line, sizeof line, lang,
                              matters ? TD_MSG_WORD_METHOD_LINE : TD_MSG_WORD_METHOD_SAME,
                              td_method_text(method, lang), NULL));
}

static void warn_policy(const td_scored *scored, td_lang lang, sayer *say, const td_report *report)
{
    char line[LINE];
    const td_policy *policy = td_evaluation_policy(scored->evaluation);
    if (policy == NULL)
        return;
    td_policy_view view = td_policy_get(policy);
    const char *status = td_status_words(view.status, lang);
    if (status != NULL)
        say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_RULES_ARE,
                              td_name_of(view.name, lang), status, NULL));
}

void td_provenance_warn(const td_scored *scored, td_lang lang, sayer *say, const td_report *report)
{
    char line[LINE];
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    if (view.scenario[lang] != NULL)
        say(report,
            td_phrase(line, sizeof line, lang, TD_MSG_SCENARIO_LINE, view.scenario[lang], NULL));
    warn_method(scored, lang, say, report);
    warn_generated(&view, lang, say, report);
    for (size_t r = 0; r < view.n_rules; r++) {
        td_rules_view rules = td_rules_get(td_evaluation_rules(scored->evaluation, r));
        const char *status = td_status_words(rules.status, lang);
        if (status != NULL && td_rules_shown(scored, r))
            say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_RULES_ARE,
                                  td_name_of(rules.name, lang), status, NULL));
    }
    warn_policy(scored, lang, say, report);
    for (size_t i = 0; i < view.n_notes; i++)
        say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_NOTE_LINE, view.notes[i], NULL));
}

static void say_rules(const td_rules_view *rules, td_lang lang, sayer *say, const td_report *report)
{
    char line[LINE], hash[SHORT_HASH + 1];
    snprintf(hash, sizeof hash, "%.*s", SHORT_HASH, rules->hash);
    say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_SOURCE_RULES,
                          td_name_of(rules->name, lang), rules->code, hash, NULL));
    for (size_t i = 0; i < rules->n_unverified; i++)
        say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_UNVERIFIED_LINE,
                              rules->unverified[i], NULL));
}

static void say_policy(const td_scored *scored, td_lang lang, sayer *say, const td_report *report)
{
    char line[LINE], hash[SHORT_HASH + 1];
    const td_policy *policy = td_evaluation_policy(scored->evaluation);
    if (policy == NULL)
        return;
    td_policy_view view = td_policy_get(policy);
    snprintf(hash, sizeof hash, "%.*s", SHORT_HASH, view.hash);
    say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_SOURCE_POLICY,
                          td_name_of(view.name, lang), view.code, hash, NULL));
    for (size_t i = 0; i < view.n_unverified; i++)
        say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_UNVERIFIED_LINE,
                              view.unverified[i], NULL));
}

void td_provenance_sources(const td_scored *scored, td_lang lang, sayer *say,
                           const td_report *report)
{
    char line[LINE], hash[SHORT_HASH + 1], year[16];
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    if (view.scenario[lang] != NULL)
        say(report,
            td_phrase(line, sizeof line, lang, TD_MSG_SCENARIO_LINE, view.scenario[lang], NULL));
    for (size_t r = 0; r < view.n_rules; r++) {
        td_rules_view rules = td_rules_get(td_evaluation_rules(scored->evaluation, r));
        if (td_rules_shown(scored, r))
            say_rules(&rules, lang, say, report);
    }
    say_policy(scored, lang, say, report);
    snprintf(hash, sizeof hash, "%.*s", SHORT_HASH, view.data_hash);
    snprintf(year, sizeof year, "%d", view.year);
    say(report, td_phrase(line, sizeof line, lang, TD_MSG_WORD_SOURCE_DATA,
                          td_name_of(view.name, lang), year, hash, TD_VERSION, NULL));
}
