#include "engine/base/threads.h"

#include <omp.h>

int td_threads(const td_options *options, size_t n_items)
{
    int threads =
        options != NULL && options->threads > 0 ? options->threads : omp_get_max_threads();
    return n_items < (size_t)threads ? (n_items == 0 ? 1 : (int)n_items) : threads;
}

int td_thread(void)
{
    return omp_get_thread_num();
}
