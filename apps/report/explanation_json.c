#include <math.h>

#include "apps/report/awards_json.h"
#include "apps/report/explanation.h"
#include "apps/report/provenance_json.h"
#include "apps/report/ranking.h"

static void write_input(td_emitter *json, const td_explained *e, const td_line *line)
{
    td_emit_open_inline(json, "channels", '{');
    for (size_t c = 0; c < line->n_channels; c++)
        td_emit_number(json, td_rules_channel(e->rules, c), line->by_channel[c]);
    td_emit_close(json, '}');
    td_emit_text(json, "source",
                 line->source == TD_NONE ? NULL : td_rules_channel(e->rules, line->source));
    td_emit_number(json, "value", line->value);
}

static void write_line(td_emitter *json, const td_explained *e, const td_line *line)
{
    int decimals = e->view.leaf_decimals;
    td_emit_open(json, NULL, '{');
    td_emit_text(json, "kind", td_line_code(line->kind));
    td_emit_count(json, "depth", line->depth);
    td_emit_text(json, "criterion",
                 line->criterion == TD_NONE ? NULL
                                            : td_rules_criterion(e->rules, line->criterion).code);
    td_emit_text(json, "label", line->label);
    if (line->kind == TD_LINE_INPUT) {
        write_input(json, e, line);
    } else {
        td_emit_points(json, "max", line->max_q, decimals);
        td_emit_points(json, "points", line->points_q, decimals);
        td_emit_bool(json, "counted", line->counted);
        td_emit_points(json, "step", line->additive ? line->step_q : (double)NAN, decimals);
        td_emit_points(json, "running", line->additive ? line->running_q : (double)NAN, decimals);
    }
    td_emit_both(json, "why", line->why);
    td_emit_close(json, '}');
}

static void write_unit(td_emitter *json, const td_explained *e)
{
    char vi[TD_CELL], en[TD_CELL], text[TD_NUMBER];
    const td_standing *standing = e->standing;
    td_place_row row = {.unit = e->explanation->unit, .standing = standing};
    const char *const notes[2] = {td_note_text(e->rules, &row, TD_VI, vi, sizeof vi),
                                  td_note_text(e->rules, &row, TD_EN, en, sizeof en)};
    td_emit_open(json, "unit", '{');
    td_emit_text(json, "id", e->unit.id);
    td_emit_text(json, "name", e->unit.name);
    td_emit_text(json, "cluster", e->cluster.id);
    td_emit_text(json, "cluster_name", e->cluster.name);
    td_emit_text(json, "rules", e->view.code);
    td_rank_text(standing, '.', text, sizeof text);
    td_emit_raw(json, "rank", *text == '\0' ? "null" : text);
    td_emit_count(json, "tied", standing->n_tied);
    td_emit_count(json, "ranked", standing->n_ranked);
    td_emit_text(json, "state", td_state_code(standing->state));
    td_emit_text(json, "class",
                 standing->class_index == TD_NONE
                     ? NULL
                     : td_rules_class_code(e->rules, standing->class_index));
    td_emit_both(json, "note", notes);
    td_emit_both(json, "rank_why", e->explanation->rank_why);
    td_emit_points(json, "behind", e->explanation->above_q, e->view.decimals);
    td_emit_close(json, '}');
}

td_status td_json_explanation(const td_report *report, const td_scored *scored,
                              const td_explanation *explanation)
{
    td_explained e = td_explained_of(scored, explanation);
    td_emitter json = {.out = report->out};
    td_emit_head(&json, "explanation");
    td_emit_provenance(&json, scored);
    write_unit(&json, &e);
    td_emit_open(&json, "lines", '[');
    for (size_t i = 0; i < explanation->n_lines; i++)
        write_line(&json, &e, &explanation->lines[i]);
    td_emit_close(&json, ']');
    td_emit_points(&json, "sum_of_steps", td_steps_sum(&e), e.view.leaf_decimals);
    td_emit_points(&json, "total", td_total_of(explanation), e.view.leaf_decimals);
    td_status status =
        scored->awarded == NULL ? TD_OK : td_emit_award_accounts(&json, scored, explanation->unit);
    td_emit_close(&json, '}');
    return status;
}
