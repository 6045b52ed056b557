# A row of the table, from how late each line came, ascending. Exit status 1 if
# pmbalance missed something.
{
  late[NR] = $1
  if ($1 > 0.5) ++is_late
}
END {
  missing = due - NR + missed
  printf "| %s | %.1f | %.1f | %d | %.1f | %.1f | %.1f | %d | %d |\n", engine,
    spent / 100 * 3600 / seconds, rss / 1024, threads, part(0.5), part(0.99), part(1), missing, is_late
  exit engine == "pmbalance" && missing
}

function part(of) { return 1000 * late[int(of * (NR - 1)) + 1] }
