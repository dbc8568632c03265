/*
 * What all benches share: clocks, runs in turn, order statistics of them, and giving up. A bench is
 * no library: what cannot be had ends the program with a message on stderr and exit status 1.
 */
#ifndef BENCH_LIB_MEASURE_H
#define BENCH_LIB_MEASURE_H

#include <stddef.h>
#include <stdio.h>

#include "engine/thidua.h"

/* Seconds since some fixed moment; of the processor: of all threads of this process together. */
double measure_now_s(void);
double measure_processor_s(void);

/* Order statistics of n > 0 values, which are sorted; a quartile is the value at n/4 and 3n/4. */
typedef struct measure_spread {
    double median, fastest, slowest, quartiles; /* the last: upper minus lower quartile */
} measure_spread;
measure_spread measure_spread_of(double *values, size_t n);

/* "12.3 ms (11.9 to 13.0)": median, fastest, slowest of seconds, in the unit that suits the median. */
void measure_print(FILE *out, const measure_spread *spread_s);

/* One of several ways to do something. */
typedef struct measure_way {
    const char *name;
    void (*run)(void *state);
    void *state;
    measure_spread spread_s; /* filled by measure_in_turn() */
} measure_way;

/*
 * Runs all ways in turn, runs times each, after one round that is not counted: what warms up or slows
 * down the machine meets all of them alike.
 */
void measure_in_turn(measure_way *ways, size_t n_ways, size_t runs);

/* Zeroed memory at a multiple of 64 bytes, freed by free(). From 2 MB on huge pages are asked for. */
void *measure_room(size_t n, size_t size);

/* Ends the program with what could not be done and the faults, unless status is TD_OK. */
void measure_must(td_status status, const char *what, const td_errors *errors);

/* Ends the program with a message like that of perror(). */
void measure_fail(const char *what);

/* The number in a text; 0 when it is none, or too large for a number of runs or bytes. */
size_t measure_number(const char *text);

#endif
