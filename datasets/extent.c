#include "datasets/extent.h"

#include <math.h>

#include "engine/base/columns.h"

#define AT_ONCE 64 /* indicators */

/* Extents side by side, for vectors. */
typedef struct stretch {
    double scale[AT_ONCE], least[AT_ONCE], most[AT_ONCE], blank[AT_ONCE];
} stretch;

static bool holds(double x, int places)
{
    double scale = td_scale_of(places), m = td_nearest_whole(x * scale);
    return isnan(x) || m / scale == x;
}

/* Widens the bounds; returns how many values have more places. */
TD_VECTORIZED
static double look(size_t n, const double *restrict x, const double *restrict scale,
                   double *restrict least, double *restrict most, double *restrict blank)
{
    double n_odd = 0;
#pragma omp simd reduction(+ : n_odd)
    for (size_t i = 0; i < n; i++) {
        double m = td_nearest_whole(x[i] * scale[i]);
        bool holds_it = (m / scale[i] == x[i]) | (x[i] != x[i]);
        n_odd += holds_it ? 0 : 1;
        least[i] = x[i] < least[i] ? x[i] : least[i];
        most[i] = x[i] > most[i] ? x[i] : most[i];
        blank[i] = x[i] != x[i] ? 1 : blank[i];
    }
    return n_odd;
}

static void raise_places(size_t n, const double *x, td_extent *extent, double *scale)
{
    for (size_t i = 0; i < n; i++) {
        int *places = &extent[i].places;
        while (*places >= 0 && !holds(x[i], *places))
            *places = *places == TD_MAX_PLACES ? -1 : *places + 1;
        scale[i] = td_scale_of(*places < 0 ? 0 : *places);
    }
}

/* Of decimals that hold at fewer places, more hold too, as long as the whole number is not too
   large: it is the same decimal. */
static void check_size(td_extent *e)
{
    double size = fmax(fabs(e->least), fabs(e->most));
    if (e->least <= e->most && e->places >= 0 &&
        !(size * td_scale_of(e->places) <= TD_COLUMN_LIMIT))
        e->places = -1;
}

static void widen_some(const td_table *table, size_t first_row, size_t n_rows, size_t first,
                       size_t n, td_extent *extent)
{
    stretch s;
    for (size_t i = 0; i < n; i++) {
        s.scale[i] = td_scale_of(extent[i].places < 0 ? 0 : extent[i].places);
        s.least[i] = extent[i].least;
        s.most[i] = extent[i].most;
        s.blank[i] = extent[i].has_blank ? 1 : 0;
    }
    for (size_t row = first_row; row < first_row + n_rows; row++) {
        const double *x = table->value + row * table->n_indicators + first;
        if (look(n, x, s.scale, s.least, s.most, s.blank) != 0)
            raise_places(n, x, extent, s.scale);
    }
    for (size_t i = 0; i < n; i++) {
        extent[i].least = s.least[i];
        extent[i].most = s.most[i];
        extent[i].has_blank = s.blank[i] != 0;
        check_size(&extent[i]);
    }
}

void td_extent_clear(size_t n, td_extent *extent)
{
    for (size_t i = 0; i < n; i++)
        extent[i] = (td_extent){.least = INFINITY, .most = -INFINITY};
}

void td_extent_widen(const td_table *table, size_t first_row, size_t n, td_extent *extent)
{
    for (size_t first = 0; first < table->n_indicators; first += AT_ONCE) {
        size_t rest = table->n_indicators - first;
        widen_some(table, first_row, n, first, rest < AT_ONCE ? rest : AT_ONCE, extent + first);
    }
}

void td_extent_join(size_t n, const td_extent *b, td_extent *a)
{
    for (size_t i = 0; i < n; i++) {
        a[i].least = fmin(a[i].least, b[i].least);
        a[i].most = fmax(a[i].most, b[i].most);
        a[i].has_blank |= b[i].has_blank;
        if (a[i].places >= 0)
            a[i].places = b[i].places < 0 || b[i].places > a[i].places ? b[i].places : a[i].places;
        check_size(&a[i]);
    }
}
