# J1 in data.table: grouped minima and maxima, whole columns, frankv; two threads where it has them.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "common.R"))

n <- file.size(file.path(folder, "cluster.i32")) / 4
cluster <- readBin(file.path(folder, "cluster.i32"), "integer", n, 4)
raw <- matrix(readBin(file.path(folder, "raw.f64"), "double", n * nrow(criteria)), nrow = nrow(criteria))
columns <- lapply(seq_len(nrow(criteria)), function(j) raw[j, ])
rm(raw)

result <- run(function() solve(cluster, function(j) score(columns[[j]], j)))
if (out != "-") {
  file <- file(out, "wb")
  writeBin(result$total, file)
  writeBin(result$rank, file)
  writeBin(result$award, file, size = 1)
  close(file)
}
