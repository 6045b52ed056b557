# The verdict on one run: awk -v run=NAME -v first=MAKESPAN jobs results log
# first: the makespan of the run without balancing, "" if this is it.
FILENAME == ARGV[1] { units[$1] = $4; sum[$1] = $5; jobs++; next }
FILENAME == ARGV[2] {
  if (!start || $3 < start) start = $3
  if ($4 > end) end = $4
  if ($5 != "") reported[$1] = 1
  if ($2 == 0 && $5 != "") {
    finished++
    if ($5 != sum[$1]) wrong++
  }
  next
}
{
  if (seen[$1, $3]++) doubled[$1] = 1
  if ($1 in node && node[$1] != $2) migrations++
  node[$1] = $2
  lines[$1] += seen[$1, $3] == 1
}
END {
  # A job writes line 0, one line every 200 units, and one at its end.
  for (job in units) {
    want = 1 + int((units[job] + 199) / 200)
    if (lines[job] != want || !(job in reported)) lost++
    if (job in doubled) twice++
  }
  makespan = end - start
  printf "%-10s  makespan %.1f s  speedup %.2f  migrations %d  finished %d/%d" \
    "  wrong %d  lost %d  twice %d\n", run, makespan,
    makespan ? (first == "" ? makespan : first) / makespan : 0, migrations,
    finished, jobs, wrong, lost, twice
}
