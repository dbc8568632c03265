#include "apps/report/csv.h"
#include "apps/report/difference.h"
#include "apps/report/ranking.h"

static const td_csv_title RULES_TITLES[] = {
    {"change", TD_MSG_WORD_CHANGE}, {"criterion", TD_MSG_WORD_CRITERION}, {"key", TD_MSG_WORD_KEY},
    {"before", TD_MSG_WORD_BEFORE}, {"after", TD_MSG_WORD_AFTER},
};

static const td_csv_title UNITS_TITLES[] = {
    {"change", TD_MSG_WORD_CHANGE},
    {"unit", TD_MSG_WORD_UNIT_CODE},
    {"unit_name", TD_MSG_WORD_UNIT},
    {"cluster_before", TD_MSG_WORD_CLUSTER_BEFORE},
    {"cluster_after", TD_MSG_WORD_CLUSTER_AFTER},
    {"rank_before", TD_MSG_WORD_RANK_BEFORE},
    {"rank_after", TD_MSG_WORD_RANK_AFTER},
    {"points_before", TD_MSG_WORD_POINTS_BEFORE},
    {"points_after", TD_MSG_WORD_POINTS_AFTER},
    {"points_moved", TD_MSG_WORD_POINTS_MOVED},
    {"state_before", TD_MSG_WORD_STATE_BEFORE},
    {"state_after", TD_MSG_WORD_STATE_AFTER},
    {"class_before", TD_MSG_WORD_CLASS_BEFORE},
    {"class_after", TD_MSG_WORD_CLASS_AFTER},
};

/* The last columns of both kinds. */
static const td_csv_title SOURCE_TITLES[] = {
    {"rules_hash_before", TD_MSG_WORD_RULES_BEFORE}, {"rules_hash_after", TD_MSG_WORD_RULES_AFTER},
    {"data_hash_before", TD_MSG_WORD_DATA_BEFORE},   {"data_hash_after", TD_MSG_WORD_DATA_AFTER},
    {"generated", TD_MSG_WORD_GENERATED_TITLE},      {"version", TD_MSG_WORD_VERSION},
};

static void write_source(td_csv *csv, const td_difference *difference)
{
    const td_difference_source *source = difference->source;
    for (size_t s = 0; s < 2; s++)
        td_csv_text(csv, source[s].rules_hash);
    for (size_t s = 0; s < 2; s++)
        td_csv_text(csv, source[s].data_hash);
    td_csv_number(csv, source[0].generated || source[1].generated ? "1" : "0");
    td_csv_text(csv, TD_VERSION);
    td_csv_end_row(csv);
}

static void write_rule(td_csv *csv, td_lang lang, const td_difference *difference,
                       const td_rule_change *row)
{
    td_csv_text(csv, csv->vn ? td_change_words(row->change, lang) : td_change_code(row->change));
    td_csv_text(csv, row->criterion);
    td_csv_text(csv, row->key);
    td_csv_value(csv, row->before);
    td_csv_value(csv, row->after);
    write_source(csv, difference);
}

static void write_unit(td_csv *csv, td_lang lang, const td_difference *difference,
                       const td_unit_change *row)
{
    char text[TD_NUMBER];
    td_csv_text(csv, csv->vn ? td_change_words(row->change, lang) : td_change_code(row->change));
    td_csv_text(csv, row->id);
    td_csv_text(csv, row->name);
    for (size_t s = 0; s < 2; s++)
        td_csv_text(csv, row->side[s].cluster);
    for (size_t s = 0; s < 2; s++)
        td_csv_number(csv, td_side_rank(&row->side[s], csv->mark, text, sizeof text));
    for (size_t s = 0; s < 2; s++)
        td_csv_number(csv,
                      td_side_points(difference, &row->side[s], csv->mark, 0, text, sizeof text));
    td_csv_points(csv, td_points_moved(difference, row), difference->decimals);
    for (size_t s = 0; s < 2; s++)
        td_csv_text(csv, csv->vn ? td_state_words(row->side[s].state, lang) : row->side[s].state);
    for (size_t s = 0; s < 2; s++)
        td_csv_text(csv,
                    csv->vn ? td_name_of(row->side[s].class_name, lang) : row->side[s].class_code);
    write_source(csv, difference);
}

td_status td_csv_difference(const td_report *report, const td_difference *difference)
{
    td_csv csv = td_csv_begin(report);
    if (difference->of_rules)
        td_csv_titles(&csv, report->lang, sizeof RULES_TITLES / sizeof RULES_TITLES[0],
                      RULES_TITLES);
    else
        td_csv_titles(&csv, report->lang, sizeof UNITS_TITLES / sizeof UNITS_TITLES[0],
                      UNITS_TITLES);
    td_csv_titles(&csv, report->lang, sizeof SOURCE_TITLES / sizeof SOURCE_TITLES[0],
                  SOURCE_TITLES);
    td_csv_end_row(&csv);
    for (size_t i = 0; i < difference->n_rules; i++)
        write_rule(&csv, report->lang, difference, &difference->rules[i]);
    for (size_t i = 0; i < difference->n_units; i++)
        write_unit(&csv, report->lang, difference, &difference->units[i]);
    return TD_OK;
}
