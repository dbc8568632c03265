/*
 * A prepared evaluation made of a small matrix of points, through the public header.
 */
#ifndef TD_TESTS_MATRIX_H
#define TD_TESTS_MATRIX_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine/thidua.h"
#include "tests/lib/files.h"

typedef struct matrix {
    td_folder folder;
    td_errors *errors;
    td_evaluation *evaluation;
    td_prepared *prepared;
} matrix;

/* What may differ from a plain table with items A, B, C ... in one cluster. */
typedef struct matrix_form {
    size_t n_units, n_items;
    const double *values;      /* [n_units * n_items]; NaN: blank */
    const double *max;         /* [n_items]; NULL: 100 each */
    size_t cluster_size;       /* units of a cluster, the last may be smaller; 0: all in one */
    const char *head;          /* more keys of the rule set, each closed by a comma; NULL: none */
    const char *policy;        /* a policy as JSON, NULL: none */
    const double *self_values; /* not NULL: of the channel self, those above of final */
} matrix_form;

static inline void matrix_faults(const td_errors *errors)
{
    for (size_t i = 0; i < td_errors_size(errors); i++) {
        char what[500], fix[300];
        td_errors_what(errors, i, TD_EN, what, sizeof what);
        td_errors_fix(errors, i, TD_EN, fix, sizeof fix);
        print_message("  %s: %s (%s)\n", td_errors_view(errors, i).code, what, fix);
    }
}

static inline void matrix_write(const matrix *m, const char *name, char *text)
{
    free(td_folder_write(&m->folder, name, text));
    free(text);
}

static inline char *matrix_rules(const matrix_form *form)
{
    char *text = NULL;
    size_t size;
    double scale = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t k = 0; k < form->n_items; k++)
        scale += form->max == NULL ? 100 : form->max[k];
    fprintf(out,
            "{\"thidua\": \"rule-set/1\", \"code\": \"t\", \"name\": \"t\", \"scale\": %.17g, "
            "\"valid\": {\"from\": \"2025-01-01\"}, \"reasons\": \"optional\", %s\"criteria\": [",
            scale, form->head == NULL ? "" : form->head);
    for (size_t k = 0; k < form->n_items; k++)
        fprintf(out, "%s{\"code\": \"%c\", \"max\": %.17g, \"direct\": true}", k > 0 ? "," : "",
                (char)('A' + (int)k), form->max == NULL ? 100 : form->max[k]);
    fprintf(out, "]}");
    fclose(out);
    return text;
}

static inline char *matrix_values(const matrix_form *form, const double *values)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fprintf(out, "unit");
    for (size_t k = 0; k < form->n_items; k++)
        fprintf(out, ",%c", (char)('A' + (int)k));
    for (size_t u = 0; u < form->n_units; u++) {
        fprintf(out, "\nu%zu", u);
        for (size_t k = 0; k < form->n_items; k++) {
            double x = values[u * form->n_items + k];
            fprintf(out, isnan(x) ? "," : ",%.15g", x);
        }
    }
    fprintf(out, "\n");
    fclose(out);
    return text;
}

static inline void matrix_units(const matrix *m, const matrix_form *form)
{
    char *units = NULL, *clusters = NULL;
    size_t size, n = form->cluster_size == 0 ? form->n_units : form->cluster_size;
    FILE *out = open_memstream(&units, &size), *groups = open_memstream(&clusters, &size);
    fprintf(out, "id,name,cluster\n");
    fprintf(groups, "id,name\n");
    for (size_t u = 0; u < form->n_units; u++) {
        fprintf(out, "u%zu,U%zu,c%zu\n", u, u, u / n);
        if (u % n == 0)
            fprintf(groups, "c%zu,C%zu\n", u / n, u / n);
    }
    fclose(out);
    fclose(groups);
    matrix_write(m, "units.csv", units);
    matrix_write(m, "clusters.csv", clusters);
}

static inline void matrix_open(matrix *m, const matrix_form *form)
{
    *m = (matrix){.errors = td_errors_new()};
    td_folder_init(&m->folder);
    const char *policy = form->policy != NULL ? ", \"policy\": \"policy.json\"" : "";
    char head[300];
    snprintf(head, sizeof head,
             "{\"thidua\": \"evaluation/1\", \"code\": \"t\", \"name\": \"t\", \"year\": 2025, "
             "\"rules\": \"rules.json\"%s}",
             policy);
    free(td_folder_write(&m->folder, "evaluation.json", head));
    if (form->policy != NULL)
        free(td_folder_write(&m->folder, "policy.json", form->policy));
    matrix_write(m, "rules.json", matrix_rules(form));
    matrix_units(m, form);
    matrix_write(m, form->self_values != NULL ? "values-final.csv" : "values.csv",
                 matrix_values(form, form->values));
    if (form->self_values != NULL)
        matrix_write(m, "values-self.csv", matrix_values(form, form->self_values));
    td_status status = td_evaluation_load(m->folder.path, NULL, &m->evaluation, m->errors);
    if (status != TD_OK)
        matrix_faults(m->errors);
    assert_int_equal(status, TD_OK);
    assert_int_equal(td_prepare(m->evaluation, NULL, &m->prepared, m->errors), TD_OK);
}

static inline void matrix_close(matrix *m)
{
    td_prepared_free(m->prepared);
    td_evaluation_free(m->evaluation);
    td_errors_free(m->errors);
    td_folder_release(&m->folder);
}

#endif
