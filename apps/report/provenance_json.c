#include "apps/report/provenance_json.h"

#include "apps/report/ranking.h"

static void write_generated(td_emitter *json, const td_evaluation_view *view)
{
    if (view->generated[0] == NULL && view->generated[1] == NULL) {
        td_emit_raw(json, "generated", "null");
        return;
    }
    td_emit_open_inline(json, "generated", '{');
    td_emit_both(json, "note", view->generated);
    if (view->has_seed)
        td_emit_count(json, "seed", view->seed);
    td_emit_close(json, '}');
}

static void write_criteria(td_emitter *json, const td_rules *rules, const td_rules_view *view)
{
    td_emit_open(json, "criteria", '[');
    for (size_t j = 0; j < view->n_criteria; j++) {
        td_criterion_view criterion = td_rules_criterion(rules, j);
        td_emit_open_inline(json, NULL, '{');
        td_emit_text(json, "code", criterion.code);
        td_emit_both(json, "name", criterion.name);
        td_emit_number(json, "max", criterion.max);
        td_emit_text(
            json, "parent",
            criterion.parent == TD_NONE ? NULL : td_rules_criterion(rules, criterion.parent).code);
        td_emit_close(json, '}');
    }
    td_emit_close(json, ']');
}

static void write_rules(td_emitter *json, const td_rules *rules)
{
    static const char *const BASES[] = {[TD_BY_POINTS] = "points",
                                        [TD_BY_SHARE] = "share",
                                        [TD_BY_ROUNDED_SHARE] = "rounded-share"};
    td_rules_view view = td_rules_get(rules);
    td_emit_open(json, NULL, '{');
    td_emit_text(json, "code", view.code);
    td_emit_both(json, "name", view.name);
    td_emit_text(json, "issuer", view.issuer);
    td_emit_list(json, "citation", view.n_citations, view.citations);
    td_emit_text(json, "status", view.status);
    td_emit_text(json, "valid_from", view.valid_from);
    td_emit_text(json, "valid_to", view.valid_to);
    td_emit_text(json, "hash", view.hash);
    td_emit_list(json, "unverified", view.n_unverified, view.unverified);
    td_emit_list(json, "notes", view.n_notes, view.notes);
    td_emit_number(json, "scale", view.scale);
    td_emit_number(json, "decimals", view.decimals);
    td_emit_text(json, "rank_by", BASES[view.rank_by]);
    if (td_rules_method(rules) != 0)
        td_emit_text(json, "method", td_method_name(td_rules_method(rules)));
    td_emit_number(json, "share_decimals", view.share_decimals);
    write_criteria(json, rules, &view);
    td_emit_close(json, '}');
}

void td_emit_policy(td_emitter *json, const td_policy *policy)
{
    td_policy_view view = td_policy_get(policy);
    td_emit_open(json, "policy", '{');
    td_emit_text(json, "code", view.code);
    td_emit_both(json, "name", view.name);
    td_emit_text(json, "issuer", view.issuer);
    td_emit_list(json, "citation", view.n_citations, view.citations);
    td_emit_text(json, "status", view.status);
    td_emit_text(json, "valid_from", view.valid_from);
    td_emit_text(json, "valid_to", view.valid_to);
    td_emit_text(json, "hash", view.hash);
    td_emit_list(json, "unverified", view.n_unverified, view.unverified);
    td_emit_list(json, "notes", view.n_notes, view.notes);
    td_emit_close(json, '}');
}

void td_emit_provenance(td_emitter *json, const td_scored *scored)
{
    td_evaluation_view view = td_evaluation_get(scored->evaluation);
    td_emit_open(json, "evaluation", '{');
    td_emit_text(json, "code", view.code);
    td_emit_both(json, "name", view.name);
    td_emit_number(json, "year", view.year);
    td_emit_text(json, "data_hash", view.data_hash);
    write_generated(json, &view);
    td_emit_list(json, "notes", view.n_notes, view.notes);
    if (view.scenario[TD_VI] != NULL)
        td_emit_both(json, "scenario", view.scenario);
    td_emit_close(json, '}');
    td_emit_open(json, "rules", '[');
    for (size_t r = 0; r < view.n_rules; r++)
        if (td_rules_shown(scored, r))
            write_rules(json, td_evaluation_rules(scored->evaluation, r));
    td_emit_close(json, ']');
    if (td_evaluation_policy(scored->evaluation) != NULL)
        td_emit_policy(json, td_evaluation_policy(scored->evaluation));
}

void td_emit_head(td_emitter *json, const char *kind)
{
    td_emit_open(json, NULL, '{');
    td_emit_count(json, "schema_version", 1);
    td_emit_text(json, "kind", kind);
    td_emit_text(json, "version", TD_VERSION);
}
