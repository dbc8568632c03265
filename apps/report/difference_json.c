#include <math.h>

#include "apps/report/difference.h"
#include "apps/report/provenance_json.h"
#include "apps/report/ranking.h"

static void write_source(td_emitter *json, const char *key, const td_difference_source *source)
{
    td_emit_open(json, key, '{');
    td_emit_text(json, "path", source->path);
    td_emit_both(json, "title", source->title);
    td_emit_text(json, "rules_hash", source->rules_hash);
    td_emit_text(json, "data_hash", *source->data_hash == '\0' ? NULL : source->data_hash);
    if (*source->data_hash == '\0')
        td_emit_raw(json, "generated", "null");
    else
        td_emit_bool(json, "generated", source->generated);
    td_emit_bool(json, "in_force", source->in_force);
    td_emit_close(json, '}');
}

static void write_rule(td_emitter *json, const td_rule_change *row)
{
    td_emit_open_inline(json, NULL, '{');
    td_emit_text(json, "change", td_change_code(row->change));
    td_emit_text(json, "criterion", *row->criterion == '\0' ? NULL : row->criterion);
    td_emit_text(json, "key", *row->key == '\0' ? NULL : row->key);
    td_emit_text(json, "before", row->change == TD_ADDED ? NULL : row->before);
    td_emit_text(json, "after", row->change == TD_REMOVED ? NULL : row->after);
    td_emit_close(json, '}');
}

static void raw_or_null(td_emitter *json, const char *key, const char *raw)
{
    td_emit_raw(json, key, *raw == '\0' ? "null" : raw);
}

static void write_side(td_emitter *json, const char *key, const td_difference *difference,
                       const td_unit_side *side)
{
    char text[TD_NUMBER];
    if (!side->present) {
        td_emit_raw(json, key, "null");
        return;
    }
    td_emit_open_inline(json, key, '{');
    td_emit_text(json, "cluster", side->cluster);
    raw_or_null(json, "rank", td_side_rank(side, '.', text, sizeof text));
    raw_or_null(json, "points", td_side_points(difference, side, '.', 0, text, sizeof text));
    td_emit_text(json, "state", side->state);
    td_emit_text(json, "class", *side->class_code == '\0' ? NULL : side->class_code);
    td_emit_close(json, '}');
}

static void write_unit(td_emitter *json, const td_difference *difference, const td_unit_change *row)
{
    char vi[TD_CELL], en[TD_CELL];
    const char *const words[2] = {td_move_words(row, TD_VI, vi, sizeof vi),
                                  td_move_words(row, TD_EN, en, sizeof en)};
    bool ranked = row->side[0].rank > 0 && row->side[1].rank > 0;
    td_emit_open(json, NULL, '{');
    td_emit_text(json, "change", td_change_code(row->change));
    td_emit_text(json, "id", row->id);
    td_emit_text(json, "name", row->name);
    write_side(json, "before", difference, &row->side[0]);
    write_side(json, "after", difference, &row->side[1]);
    td_emit_number(json, "ranks_up", ranked ? row->side[0].rank - row->side[1].rank : (double)NAN);
    td_emit_points(json, "points_moved", td_points_moved(difference, row), difference->decimals);
    td_emit_both(json, "note", words);
    td_emit_close(json, '}');
}

td_status td_json_difference(const td_report *report, const td_difference *difference)
{
    td_emitter json = {.out = report->out};
    td_emit_head(&json, "difference");
    td_emit_text(&json, "of", difference->of_rules ? "rules" : "results");
    write_source(&json, "before", &difference->source[0]);
    write_source(&json, "after", &difference->source[1]);
    td_emit_bool(&json, "equal", td_difference_size(difference) == 0);
    td_emit_open(&json, "changes", '[');
    for (size_t i = 0; i < difference->n_rules; i++)
        write_rule(&json, &difference->rules[i]);
    for (size_t i = 0; i < difference->n_units; i++)
        write_unit(&json, difference, &difference->units[i]);
    td_emit_close(&json, ']');
    td_emit_close(&json, '}');
    return TD_OK;
}
