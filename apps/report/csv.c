#include "apps/report/csv.h"

#include <math.h>
#include <string.h>

#include "apps/report/ranking.h"
#include "apps/report/text.h"

td_csv td_csv_begin(const td_report *report)
{
    td_csv csv = {.out = report->out,
                  .vn = report->csv_vn,
                  .separator = report->csv_vn ? ';' : ',',
                  .mark = report->csv_vn ? ',' : '.'};
    if (csv.vn)
        fputs("\xEF\xBB\xBF", csv.out);
    return csv;
}

static void separate(td_csv *csv)
{
    if (csv->n_cells++ > 0)
        fputc(csv->separator, csv->out);
}

void td_csv_titles(td_csv *csv, td_lang lang, size_t n, const td_csv_title *titles)
{
    for (size_t i = 0; i < n; i++)
        td_csv_text(csv, csv->vn ? td_word(lang, titles[i].word) : titles[i].name);
}

void td_csv_text(td_csv *csv, const char *text)
{
    separate(csv);
    td_text_csv(csv->out, text == NULL ? "" : text, csv->separator, false);
}

void td_csv_number(td_csv *csv, const char *text)
{
    separate(csv);
    td_text_csv(csv->out, text, csv->separator, true);
}

static bool is_plain_number(const char *text)
{
    const char *digits = text + (*text == '-');
    size_t whole = strspn(digits, "0123456789");
    const char *rest = digits + whole;
    if (whole == 0 || *rest == '\0')
        return whole > 0;
    size_t places = strspn(rest + 1, "0123456789");
    return *rest == '.' && places > 0 && rest[1 + places] == '\0';
}

/* With the mark of the dialect: the spreadsheet must not take 0.5 for a date. */
void td_csv_value(td_csv *csv, const char *text)
{
    char number[TD_NUMBER];
    if (!is_plain_number(text) || strlen(text) >= sizeof number) {
        td_csv_text(csv, text);
        return;
    }
    strcpy(number, text);
    char *mark = strchr(number, '.');
    if (mark != NULL)
        *mark = csv->mark;
    td_csv_number(csv, number);
}

void td_csv_count(td_csv *csv, size_t count)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", count);
    td_csv_number(csv, text);
}

void td_csv_points(td_csv *csv, double quanta, int decimals)
{
    char text[TD_NUMBER] = "";
    if (!isnan(quanta))
        td_points_text(quanta, decimals, csv->mark, 0, text, sizeof text);
    td_csv_number(csv, text);
}

void td_csv_end_row(td_csv *csv)
{
    fputs(csv->vn ? "\r\n" : "\n", csv->out);
    csv->n_cells = 0;
}
