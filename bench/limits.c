/*
 * What the machine could do at best: reading memory, multiply-adds.
 *
 *   limits [MEGABYTES]     of the large buffer, 1024 unless given
 *
 * Prints one row per figure: what, threads, value, unit, separated by tabs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/lib/limits.h"
#include "bench/lib/measure.h"

#define RUNS 5
#define CACHED ((size_t)256 << 10) /* fits the second level of cache of nearly every machine */

static void print_read(const char *what, const void *buffer, size_t size_bytes, size_t runs)
{
    for (int threads = 1; threads <= 2; threads++)
        printf("%s\t%d\t%.1f\tGB/s\n", what, threads,
               1e-9 * limits_read(buffer, size_bytes, threads, runs));
}

int main(int argc, char **argv)
{
    size_t megabytes = argc > 1 ? measure_number(argv[1]) : 1024;
    if (argc > 2 || megabytes == 0) {
        fprintf(stderr, "usage: limits [MEGABYTES]\n");
        return 2;
    }
    void *buffer = measure_room(megabytes << 20, 1);
    printf("instruction set\t1\t%s\t\n", limits_instruction_set());
    print_read("read memory", buffer, megabytes << 20, RUNS);
    printf("read cache\t1\t%.1f\tGB/s\n", 1e-9 * limits_read(buffer, CACHED, 1, 1000 * RUNS));
    for (int threads = 1; threads <= 2; threads++) {
        printf("multiply-add double\t%d\t%.1f\tGFLOP/s\n", threads,
               1e-9 * limits_multiply_add(false, threads, RUNS));
        printf("multiply-add single\t%d\t%.1f\tGFLOP/s\n", threads,
               1e-9 * limits_multiply_add(true, threads, RUNS));
    }
    free(buffer);
    return 0;
}
