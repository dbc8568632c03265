#include "bench/lib/measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static double clock_s(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double measure_now_s(void)
{
    return clock_s(CLOCK_MONOTONIC);
}

double measure_processor_s(void)
{
    return clock_s(CLOCK_PROCESS_CPUTIME_ID);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

measure_spread measure_spread_of(double *values, size_t n)
{
    qsort(values, n, sizeof *values, ascending);
    return (measure_spread){values[n / 2], values[0], values[n - 1],
                            values[3 * n / 4] - values[n / 4]};
}

void measure_print(FILE *out, const measure_spread *spread_s)
{
    static const struct {
        double from_s, scale;
        const char *name;
    } UNITS[] = {{1, 1, "s"}, {1e-3, 1e3, "ms"}, {0, 1e6, "us"}};
    size_t i = 0;
    while (spread_s->median < UNITS[i].from_s)
        i++;
    fprintf(out, "%.4g %s (%.4g to %.4g)", UNITS[i].scale * spread_s->median, UNITS[i].name,
            UNITS[i].scale * spread_s->fastest, UNITS[i].scale * spread_s->slowest);
}

void measure_in_turn(measure_way *ways, size_t n_ways, size_t runs)
{
    double *elapsed_s = measure_room(n_ways * runs, sizeof *elapsed_s);
    for (size_t w = 0; w < n_ways; w++)
        ways[w].run(ways[w].state);
    for (size_t i = 0; i < runs; i++)
        for (size_t w = 0; w < n_ways; w++) {
            double start = measure_now_s();
            ways[w].run(ways[w].state);
            elapsed_s[w * runs + i] = measure_now_s() - start;
        }
    for (size_t w = 0; w < n_ways; w++)
        ways[w].spread_s = measure_spread_of(elapsed_s + w * runs, runs);
    free(elapsed_s);
}

#define LINE 64
#define HUGE_PAGE ((size_t)2 << 20)

void *measure_room(size_t n, size_t size)
{
    size_t align = n * size < HUGE_PAGE ? LINE : HUGE_PAGE;
    size_t whole = (n * size / align + 1) * align;
    void *memory = aligned_alloc(align, whole);
    if (memory == NULL)
        measure_fail("memory");
    if (align == HUGE_PAGE)
        madvise(memory, whole, MADV_HUGEPAGE); /* a wish */
    memset(memory, 0, whole);
    return memory;
}

void measure_must(td_status status, const char *what, const td_errors *errors)
{
    if (status == TD_OK)
        return;
    fprintf(stderr, "%s: cannot %s (status %d)\n", program_invocation_short_name, what,
            (int)status);
    for (size_t i = 0; errors != NULL && i < td_errors_size(errors) && i < 10; i++) {
        char text[400];
        td_errors_what(errors, i, TD_EN, text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    exit(1);
}

void measure_fail(const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
    exit(1);
}

size_t measure_number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    return errno != 0 || end == text || *end != '\0' ? 0 : (size_t)number;
}
