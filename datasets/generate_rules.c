/* A synthetic rule set: ten points per leaf, ten leaves per group, every scoring function. */
#include "datasets/generate.h"

#define LEAVES_PER_GROUP 10
#define POINTS_PER_LEAF 10

/* Each prints what makes a leaf of its kind; {n} is the number of the leaf. */
typedef void leaf_writer(FILE *file, size_t n);

static void put_direct(FILE *file, size_t n)
{
    (void)n;
    fputs("\"missing\": \"zero\", \"direct\": true", file);
}

static void put_bands(FILE *file, size_t n)
{
    fprintf(file,
            "\"bands\": {\"of\": \"pct%zu\", \"table\": {\"100\": 10, \"[95, 100)\": 8.75, "
            "\"[80, 95)\": 7.5, \"[60, 80)\": 4, \"<60\": 0}}",
            n);
}

static void put_ratio(FILE *file, size_t n)
{
    fprintf(file, "\"ratio\": {\"actual\": \"done%zu\", \"target\": \"plan%zu\"}", n, n);
}

static void put_cases(FILE *file, size_t n)
{
    fprintf(file, "\"deduction_cap\": 5, \"deduct\": {\"late%zu\": 0.5, \"wrong%zu\": 1}", n, n);
}

static void put_relative(FILE *file, size_t n)
{
    fprintf(file, "\"relative\": {\"actual\": \"done%zu\", \"target\": \"plan%zu\"}", n, n);
}

static void put_steps(FILE *file, size_t n)
{
    fprintf(file,
            "\"per-step\": {\"of\": \"pct%zu\", \"above\": 50, \"step\": 5, \"points\": 1, "
            "\"cap\": 10}",
            n);
}

static void put_piecewise(FILE *file, size_t n)
{
    fprintf(file, "\"piecewise\": {\"of\": \"pct%zu\", \"through\": [[40, 0], [80, 7], [100, 10]]}",
            n);
}

static void put_pass(FILE *file, size_t n)
{
    fprintf(file, "\"pass\": \"ok%zu\"", n);
}

static void put_value(FILE *file, size_t n)
{
    fprintf(file,
            "\"normalize\": {\"method\": \"min-max\", \"if_constant\": 0.5}, "
            "\"value\": {\"of\": \"raw%zu\"}",
            n);
}

static void put_strata(FILE *file, size_t n)
{
    fprintf(file,
            "\"bands\": {\"of\": \"pct%zu\", \"by\": \"files%zu\", \"strata\": {"
            "\"<1000\": {\">=98\": 10, \"[90, 98)\": 7, \"<90\": 2}, "
            "\">=1000\": {\">=95\": 10, \"[85, 95)\": 7, \"<85\": 2}}}",
            n, n);
}

static void put_external(FILE *file, size_t n)
{
    fprintf(file, "\"external\": {\"of\": [\"a%zu\", \"b%zu\", \"c%zu\"], \"combine\": \"median\"}",
            n, n, n);
}

static void put_days(FILE *file, size_t n)
{
    fprintf(file,
            "\"bands\": {\"of\": \"days%zu\", \"table\": {\"<1\": 10, \"[1, 6)\": 7, "
            "\"[6, 16)\": 3, \">=16\": 0}}",
            n);
}

static void put_bonus(FILE *file, size_t n)
{
    fprintf(file,
            "\"bonus_cap\": 1, \"parts\": [{\"function\": \"direct\"}, {\"effect\": \"bonus\", "
            "\"function\": \"per-case\", \"of\": \"more%zu\", \"points\": 0.25, \"cap\": 1}]",
            n);
}

typedef enum extra { PLAIN, PERCENT, RAW, DAYS, FILES } extra;

static const struct kind {
    leaf_writer *put;
    extra extra; /* what the section `indicators` says of it */
} KINDS[] = {
    {put_direct, PLAIN},      {put_bands, PERCENT}, {put_ratio, PLAIN},    {put_cases, PLAIN},
    {put_relative, PLAIN},    {put_steps, PERCENT}, {put_direct, PLAIN},   {put_pass, PLAIN},
    {put_value, RAW},         {put_strata, FILES},  {put_external, PLAIN}, {put_days, DAYS},
    {put_piecewise, PERCENT}, {put_bonus, PLAIN},
};
#define N_KINDS (sizeof KINDS / sizeof *KINDS)

static void put_indicator(FILE *file, size_t n, int year)
{
    const char *percent = "{\"unit\": \"%\", \"min\": 0, \"max\": 100}";
    switch (KINDS[(n - 1) % N_KINDS].extra) {
    case PERCENT:
        fprintf(file, ",\n    \"pct%zu\": %s", n, percent);
        break;
    case RAW:
        fprintf(file, ",\n    \"raw%zu\": {\"min\": 10, \"max\": 500}", n);
        break;
    case DAYS:
        fprintf(file, ",\n    \"sent%zu\": {\"kind\": \"date\"}", n);
        fprintf(file,
                ",\n    \"days%zu\": {\"days_after\": \"%04d-12-15\", \"of\": \"sent%zu\", "
                "\"min\": -366, \"max\": 366}",
                n, year, n);
        break;
    case FILES:
        fprintf(file, ",\n    \"pct%zu\": %s", n, percent);
        fprintf(file, ",\n    \"files%zu\": {\"kind\": \"count\", \"min\": 50, \"max\": 5000}", n);
        break;
    case PLAIN:
        break;
    }
}

static void put_group(FILE *file, size_t group, size_t first, size_t n)
{
    fprintf(file,
            "%s    {\"code\": \"G%zu\", \"name\": {\"vi\": \"Nhóm %zu\", \"en\": \"Group %zu\"}, "
            "\"max\": %zu, \"children\": [\n",
            group > 1 ? ",\n" : "", group, group, group, n * POINTS_PER_LEAF);
    for (size_t k = 0; k < n; k++) {
        fprintf(file,
                "      {\"code\": \"T%zu\", \"name\": {\"vi\": \"Tiêu chí %zu\", "
                "\"en\": \"Criterion %zu\"}, \"max\": %d, ",
                first + k, first + k, first + k, POINTS_PER_LEAF);
        KINDS[(first + k - 1) % N_KINDS].put(file, first + k);
        fputs(k + 1 < n ? "},\n" : "}\n", file);
    }
    fputs("    ]}", file);
}

void td_generate_rules(td_writer *sheet, size_t n_criteria, int year)
{
    FILE *file = sheet->file;
    fprintf(file,
            "{\n  \"thidua\": \"rule-set/1\",\n  \"code\": \"synthetic-%zu\",\n"
            "  \"name\": {\"vi\": \"Bảng tiêu chí do máy sinh ra\", "
            "\"en\": \"Generated scoring table\"},\n"
            "  \"status\": \"illustration\",\n"
            "  \"valid\": {\"from\": \"%04d-01-01\", \"to\": \"%04d-12-31\"},\n"
            "  \"scale\": %zu,\n  \"decimals\": 2,\n  \"rank_by\": \"share\",\n"
            "  \"not_applicable\": \"exclude\",\n  \"channels\": [\"appraised\", \"self\"],\n"
            "  \"indicators\": {\n    \"pact\": {\"kind\": \"flag\", \"blank\": 1}",
            n_criteria, year, year, n_criteria * POINTS_PER_LEAF);
    for (size_t n = 1; n <= n_criteria; n++)
        put_indicator(file, n, year);
    fputs("\n  },\n  \"gates\": [\n"
          "    {\"code\": \"no-pact\", \"when\": {\"indicator\": \"pact\", \"=\": 0}, "
          "\"effect\": \"deduct\", \"points\": 2,\n"
          "     \"reason\": {\"vi\": \"Không ký giao ước\", \"en\": \"No pact signed\"}}\n  ],\n"
          "  \"class_by\": \"share\",\n  \"classes\": [\n"
          "    {\"code\": \"a\", \"name\": {\"vi\": \"Tốt\", \"en\": \"Good\"}, \"from\": 80},\n"
          "    {\"code\": \"b\", \"name\": {\"vi\": \"Khá\", \"en\": \"Fair\"}, \"from\": 60},\n"
          "    {\"code\": \"c\", \"name\": {\"vi\": \"Trung bình\", \"en\": \"Average\"}}\n  ],\n"
          "  \"criteria\": [\n",
          file);
    for (size_t first = 1, group = 1; first <= n_criteria; first += LEAVES_PER_GROUP, group++) {
        size_t left = n_criteria - first + 1;
        put_group(file, group, first, left < LEAVES_PER_GROUP ? left : LEAVES_PER_GROUP);
    }
    fputs("\n  ]\n}\n", file);
}
