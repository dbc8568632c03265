#include <math.h>
#include <stdio.h>

#include "criteria/rules_build.h"

#define MAX_POINTS_Q ((int64_t)1 << 40) /* of one number: sums stay far below 2^53 */

td_points_word td_word_of_number(double x)
{
    td_points_word word;
    td_number_text(x, '.', word.text, sizeof word.text);
    return word;
}

td_points_word td_word_of_points(int64_t quanta, int decimals)
{
    return td_word_of_number(td_decimal_value((td_decimal){quanta, decimals}));
}

bool td_points_of_json(td_reader *reader, const td_json *json, const char *key, int64_t *out_q)
{
    if (!td_json_is_number(json)) {
        td_reader_fault(reader, TD_MSG_RULES_NOT_NUMBER, key, key == NULL ? "points" : key, NULL);
        return false;
    }
    double x = td_json_number(json);
    td_points_word number = td_word_of_number(x);
    double limit = (double)MAX_POINTS_Q / (double)td_pow10(reader->leaf_decimals);
    if (fabs(x) >= limit) {
        td_points_word most = td_word_of_number(floor(limit));
        td_reader_fault(reader, TD_MSG_RULES_POINTS_RANGE, key, number.text, most.text, NULL);
        return false;
    }
    int64_t quanta;
    if (!td_quanta_of(x, reader->leaf_decimals, &quanta)) {
        td_points_word step = td_word_of_points(1, reader->leaf_decimals);
        td_reader_fault(reader, TD_MSG_RULES_OFF_GRID, key, number.text, step.text, NULL);
        return false;
    }
    *out_q = quanta;
    return true;
}

bool td_read_points(td_reader *reader, const td_json *object, const char *key, int64_t *out_q)
{
    const td_json *json = td_json_member(object, key);
    return json != NULL && td_points_of_json(reader, json, key, out_q);
}
