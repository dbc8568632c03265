/*
 * Times whole runs of a program, start-up included: forks, executes, waits, N times.
 *
 *   timer RUNS COMMAND...
 *
 * The output of COMMAND is thrown away; its exit status must be 0 or 1 (findings). Prints one line:
 * median, fastest and slowest run in seconds, quartiles' distance, peak memory in MB.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/lib/measure.h"

static void execute(char **command)
{
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

/* Seconds of one run; ends the timer when the run failed. */
static double run_once(char **command, long *peak_kb)
{
    struct rusage usage;
    int status = 0;
    double start = measure_now_s();
    pid_t child = fork();
    if (child == 0)
        execute(command);
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        measure_fail(command[0]);
    double elapsed_s = measure_now_s() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
        fprintf(stderr, "timer: %s failed (status %d)\n", command[0], status);
        exit(1);
    }
    if (usage.ru_maxrss > *peak_kb)
        *peak_kb = usage.ru_maxrss;
    return elapsed_s;
}

int main(int argc, char **argv)
{
    size_t runs = argc > 2 ? measure_number(argv[1]) : 0;
    if (runs == 0) {
        fprintf(stderr, "usage: timer RUNS COMMAND...\n");
        return 2;
    }
    double *elapsed_s = measure_room(runs, sizeof *elapsed_s);
    long peak_kb = 0;
    run_once(argv + 2, &peak_kb); /* brings the files into memory; not counted */
    for (size_t i = 0; i < runs; i++)
        elapsed_s[i] = run_once(argv + 2, &peak_kb);
    measure_spread spread_s = measure_spread_of(elapsed_s, runs);
    printf("%.4f %.4f %.4f %.4f %.1f\n", spread_s.median, spread_s.fastest, spread_s.slowest,
           spread_s.quartiles, (double)peak_kb / 1024);
    free(elapsed_s);
    return 0;
}
