#include <math.h>
#include <stdlib.h>

#include "apps/report/awards_json.h"
#include "apps/report/provenance_json.h"
#include "apps/report/ranking.h"
#include "apps/report/text.h"

/* One cluster in the making. */
typedef struct part {
    const td_scored *scored;
    const td_rules *rules;
    td_rules_view view;
    td_cluster_view cluster;
    td_detail detail;
} part;

static void write_reason(td_emitter *json, const part *p, const td_standing *standing)
{
    char code[TD_CELL], vi[TD_CELL], en[TD_CELL];
    td_reason_code(p->rules, standing, code, sizeof code);
    if (*code == '\0') {
        td_emit_raw(json, "reason", "null");
        return;
    }
    const char *const texts[2] = {td_reason_text(p->rules, standing, TD_VI, vi, sizeof vi),
                                  td_reason_text(p->rules, standing, TD_EN, en, sizeof en)};
    td_emit_open_inline(json, "reason", '{');
    td_emit_text(json, "code", code);
    td_emit_both(json, "text", texts);
    td_emit_close(json, '}');
}

static void write_class(td_emitter *json, const part *p, size_t class_index)
{
    if (class_index == TD_NONE) {
        td_emit_raw(json, "class", "null");
        return;
    }
    const char *const names[2] = {td_rules_class_name(p->rules, class_index, TD_VI),
                                  td_rules_class_name(p->rules, class_index, TD_EN)};
    td_emit_open_inline(json, "class", '{');
    td_emit_text(json, "code", td_rules_class_code(p->rules, class_index));
    td_emit_both(json, "name", names);
    td_emit_close(json, '}');
}

static void write_share(td_emitter *json, const part *p, const td_standing *standing)
{
    char text[TD_NUMBER] = "null";
    if (standing->assigned_q > 0 && !isnan(standing->total_q))
        td_share_text(standing->total_q, standing->assigned_q, p->view.share_decimals, '.', text,
                      sizeof text);
    td_emit_raw(json, "share", text);
}

static void write_standing(td_emitter *json, const part *p, const td_place_row *row)
{
    const td_standing *s = row->standing;
    char text[TD_NUMBER];
    td_rank_text(s, '.', text, sizeof text);
    td_emit_raw(json, "rank", *text == '\0' ? "null" : text);
    td_emit_count(json, "tied", s->n_tied);
    td_emit_points(json, "points", s->total_q, p->view.decimals);
    td_emit_points(json, "assigned", s->assigned_q, p->view.decimals);
    write_share(json, p, s);
    if (td_rules_has_method(p->rules))
        td_emit_points(json, "score", s->score_q, TD_SCORE_DECIMALS);
    write_class(json, p, s->class_index);
    td_emit_text(json, "state", td_state_code(s->state));
    write_reason(json, p, s);
    td_distance_text(&p->view, row, '.', text, sizeof text);
    td_emit_raw(json, "behind", *text == '\0' ? "null" : text);
    td_emit_points(json, "before_gates", s->before_q, p->view.decimals);
    td_emit_points(json, "bonus", s->bonus_q, p->view.leaf_decimals);
    td_emit_points(json, "deduction", s->deduction_q, p->view.leaf_decimals);
}

static void write_notes(td_emitter *json, const part *p, const td_place_row *row)
{
    char vi[TD_CELL], en[TD_CELL];
    const char *const texts[2] = {td_note_text(p->rules, row, TD_VI, vi, sizeof vi),
                                  td_note_text(p->rules, row, TD_EN, en, sizeof en)};
    td_emit_both(json, "note", texts);
}

static void write_unit(td_emitter *json, const part *p, const td_place_row *row)
{
    td_unit_view unit = td_evaluation_unit(p->scored->evaluation, row->unit);
    size_t place = row->unit - p->cluster.first_unit;
    td_emit_open(json, NULL, '{');
    td_emit_text(json, "id", unit.id);
    td_emit_text(json, "name", unit.name);
    td_emit_text(json, "category", unit.category);
    write_standing(json, p, row);
    write_notes(json, p, row);
    td_emit_open_inline(json, "criteria", '{');
    for (size_t j = 0; j < p->detail.n_criteria; j++)
        td_emit_points(json, td_rules_criterion(p->rules, j).code,
                       p->detail.points_q[place * p->detail.n_criteria + j], p->view.leaf_decimals);
    td_emit_close(json, '}');
    td_emit_close(json, '}');
}

static void write_units(td_emitter *json, const part *p, const td_place_row *rows)
{
    td_emit_open(json, NULL, '{');
    td_emit_text(json, "id", p->cluster.id);
    td_emit_text(json, "name", p->cluster.name);
    td_emit_text(json, "rules", p->view.code);
    td_emit_count(json, "n_units", p->cluster.n_units);
    if (p->cluster.n_units == 1) {
        const char *const alone[2] = {td_word(TD_VI, TD_MSG_WORD_ALONE),
                                      td_word(TD_EN, TD_MSG_WORD_ALONE)};
        td_emit_both(json, "remark", alone);
    }
    td_emit_open(json, "units", '[');
    for (size_t i = 0; i < p->cluster.n_units; i++)
        write_unit(json, p, &rows[i]);
    td_emit_close(json, ']');
    td_emit_close(json, '}');
}

static td_status write_cluster(td_emitter *json, const td_scored *scored, size_t cluster,
                               td_errors *errors)
{
    part p = {.scored = scored, .cluster = td_evaluation_cluster(scored->evaluation, cluster)};
    p.rules = td_evaluation_rules(scored->evaluation, p.cluster.rules);
    p.view = td_rules_get(p.rules);
    td_place_row *rows = NULL;
    td_status status = td_places_of(scored, cluster, &rows);
    if (status == TD_OK)
        status = td_detail_cluster(scored->prepared, cluster, &p.detail, errors);
    if (status == TD_OK)
        write_units(json, &p, rows);
    td_detail_release(&p.detail);
    free(rows);
    return status;
}

td_status td_json_ranking(const td_report *report, const td_scored *scored, td_errors *errors)
{
    td_emitter json = {.out = report->out};
    td_emit_head(&json, "result");
    td_emit_provenance(&json, scored);
    td_emit_open(&json, "clusters", '[');
    for (size_t c = td_first_cluster(scored); c < td_end_cluster(scored); c++) {
        td_status status = write_cluster(&json, scored, c, errors);
        if (status != TD_OK)
            return status;
    }
    td_emit_close(&json, ']');
    td_status status = scored->awarded == NULL ? TD_OK : td_emit_awards(&json, scored);
    td_emit_close(&json, '}');
    return status;
}
