/*
 * Cells of a tabulation in words.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "apps/report/tabulation.h"
#include "apps/report/text.h"

double td_tab_percent_of(double share)
{
    return round(share * 1e8) / 1e6;
}

/* x with a fixed number of decimals; the C locale is never left. */
static void fixed(double x, int decimals, char mark, char *text, size_t size)
{
    snprintf(text, size, "%.*f", decimals, x);
    char *point = strchr(text, '.');
    if (point != NULL)
        *point = mark;
    if (text[0] == '-' && strspn(text, "-0.,") == strlen(text))
        memmove(text, text + 1, strlen(text)); /* no negative zero */
}

const char *td_tab_cell_text(const td_tab_cell *cell, td_lang lang, char mark, char group,
                             char *text, size_t size)
{
    text[0] = '\0';
    switch (cell->kind) {
    case TD_TAB_TEXT:
        return cell->text[lang] != NULL ? cell->text[lang] : "";
    case TD_TAB_COUNT:
        td_points_text((double)cell->count, 0, mark, group, text, size);
        break;
    case TD_TAB_POINTS:
        td_points_text(cell->x, cell->decimals, mark, group, text, size);
        break;
    case TD_TAB_RANK:
        td_number_text(cell->x, mark, text, size);
        break;
    case TD_TAB_SHARE:
        td_share_text(cell->x, cell->of, cell->decimals, mark, text, size);
        td_text_append(text, size, "%");
        break;
    case TD_TAB_PERCENT:
        fixed(100 * cell->x, cell->decimals, mark, text, size);
        td_text_append(text, size, "%");
        break;
    case TD_TAB_NUMBER:
    case TD_TAB_EXACT:
        fixed(cell->x, cell->decimals, mark, text, size);
        break;
    case TD_TAB_BLANK:
        break;
    }
    return text;
}
