# Makes the table from what bench_measure printed for each load, and checks the
# promises. Exit status 1 if one does not hold.
BEGIN {
  print "| on | way | s | least – most | / loop | CPU s | / loop | MB | runs |"
  print "|---|---|---|---|---|---|---|---|---|"
}
FNR == 1 {
  load = FILENAME
  sub(/.*result\./, "", load)
  getline on < ("title." load)
}
{
  ratio[load, $1] = $6
  excess[load, $1] = $7
  cpu[load, $1] = $9
  printf "| %s | %s | %s%s | %s – %s | %s | %s | %s | %.1f | %d |\n", on, $1,
    $11 == "cut" ? "> " : "", s($3), s($4), s($5), digits($6), s($8), digits($9), $10 / 1024, $2
  on = ""
}

function s(ms) { return digits(ms / 1000) }
# Three digits that count, as far as there are thousandths.
function digits(value) {
  return value < 10 ? sprintf("%.3f", value) : value < 100 ? sprintf("%.1f", value) : sprintf("%.0f", value)
}

# promise LOAD WAY LIMIT: its time over the loop's may be the limit at most. A
# limit in ms is on what it takes more than the loop.
function promise(load, way, limit, unit,  value, verdict) {
  if (!((load, way) in ratio)) return
  value = unit == "ms" ? excess[load, way] : ratio[load, way]
  verdict = "pass"
  if (value > limit) {
    verdict = "over"
    missed = 1
  }
  printf "* %s: %s, %s: %.2f %s (at most %.1f); CPU time: %.2f times\n", verdict, load, way, value,
    unit == "ms" ? "ms above the loop" : "times the loop", limit, cpu[load, way]
}

END {
  print ""
  promise("day", "pmbalance, 1 rule", 1.5)
  promise("day", "pmbalance, 100 rules", 2.5)
  promise("start", "pmbalance, 1 rule", 15, "ms")
  promise("churn", "pmbalance, 1 rule", 3)
  promise("many", "pmbalance, 1000 rules", 10)
  exit missed
}
