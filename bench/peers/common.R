# What the data.table rivals share: see common.py.
suppressMessages(library(data.table))
setDTthreads(as.integer(Sys.getenv("THREADS", "2")))
arguments <- commandArgs(TRUE)
folder <- arguments[1]
runs <- as.integer(arguments[2])
out <- arguments[3]
criteria <- fread(file.path(folder, "criteria.csv"))

# Total, rank and award of every unit. points_of(j): criterion j scored, a vector.
solve <- function(cluster, points_of) {
  names <- criteria$name
  scored <- data.table(cluster = cluster)
  for (j in seq_along(names)) set(scored, j = names[j], value = points_of(j))
  low <- scored[, lapply(.SD, min), by = cluster, .SDcols = names]
  high <- scored[, lapply(.SD, max), by = cluster, .SDcols = names]
  group <- rleidv(scored, "cluster")
  total <- numeric(nrow(scored))
  for (j in seq_along(names)) {
    spread <- high[[names[j]]] - low[[names[j]]]
    scale <- fifelse(spread > 0, criteria$points[j] / spread, 0)
    total <- total + (scored[[names[j]]] - low[[names[j]]][group]) * scale[group]
  }
  size <- tabulate(group)
  rank <- frankv(list(group, -total), ties.method = "min") - c(0L, cumsum(size))[group]
  n_first <- tabulate(group[rank == 1L], length(size))
  last <- (n_first + (size + 4L) %/% 5L)[group]
  list(total = total, rank = as.integer(rank),
       award = fifelse(rank == 1L, 2L, fifelse(rank <= last, 1L, 0L)))
}

score <- function(values, j) {
  pmin.int(pmax.int(values * (criteria$points[j] / criteria$target[j]), 0), criteria$points[j])
}

run <- function(job) {
  limit <- as.numeric(Sys.getenv("LIMIT_S", "60"))
  times <- c()
  begin <- Sys.time()
  for (i in 0:runs) {
    gc()
    start <- Sys.time()
    result <- job()
    times <- c(times, as.numeric(Sys.time() - start, units = "secs"))
    if (as.numeric(Sys.time() - begin, units = "secs") > limit) break
  }
  if (length(times) > 1) times <- times[-1]
  peak <- grep("VmHWM", readLines("/proc/self/status"), value = TRUE)
  cat(sprintf("peer=data.table version=%s times=%s peak_mb=%.0f\n", packageVersion("data.table"),
              paste(sprintf("%.6f", times), collapse = ","),
              as.numeric(gsub("[^0-9]", "", peak)) / 1024))
  result
}
