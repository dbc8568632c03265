#include "engine/base/threads.h"

#include <omp.h>

int td_threads(const td_options *options, size_t n_items)
{
    int threads =
        options != NULL && options->threads > 0 ? options->threads : omp_get_max_threads();
    return n_items < (size_t)threads ? (n_items == 0 ? 1 : (int)n_items) : threads;
}

#define LITTLE_WORK ((size_t)50000)

int td_threads_for(const td_options *options, size_t n_items, size_t work)
{
    bool is_open = options == NULL || options->threads <= 0;
    return is_open && work < LITTLE_WORK ? 1 : td_threads(options, n_items);
}

int td_thread(void)
{
    return omp_get_thread_num();
}
