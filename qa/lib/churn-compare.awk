# Lines of churn-records.awk beside those that an engine printed, "… [PID
# NAME|RATE]…": figures, one a line.
NR == FNR {
  expected[++records] = $0
  next
}
{
  ++lines
  n = split(expected[lines], parts, " ")
  line = $0
  said = 0
  ok = 1
  while (match(line, /\[[0-9]+ [^|]*\|[^]]*\]/)) {
    part = substr(line, RSTART + 1, RLENGTH - 2)
    line = substr(line, RSTART + RLENGTH)
    pid = part + 0
    sub(/.*\|/, "", part)
    ++said
    if (said > n || parts[said] + 0 != pid) {
      ok = 0
      continue
    }
    sub(/.*\|/, "", parts[said])
    difference = parts[said] - part
    if (difference < -0.0001 || difference > 0.0001) ok = 0
  }
  values += said
  if (!ok || said != n) {
    ++differ
    print "line", lines ": expected", expected[lines], "printed", $0 > "/dev/stderr"
  }
}
END {
  print "records", records + 0
  print "lines", lines + 0
  print "values", values + 0
  print "differ", differ + (records > lines ? records - lines : lines - records)
}
