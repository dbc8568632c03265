# J2 in data.table: fread, whole columns, fwrite; two threads.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "common.R"))

types <- c("integer", "integer", rep("numeric", nrow(criteria)))
invisible(run(function() {
  units <- fread(file.path(folder, "wide.csv"), colClasses = types, showProgress = FALSE)
  result <- solve(units$cluster, function(j) score(units[[criteria$name[j]]], j))
  fwrite(data.table(cluster = units$cluster, unit = units$unit, total = round(result$total, 6),
                    rank = result$rank, award = c("", "certificate", "flag")[result$award + 1L]),
         out, showProgress = FALSE)
  NULL
}))
