# From pmdumplog: for each record with values at which a process has a rate above `above`,
# "PID|RATE PID|RATE …". The rate is that between the last two records with
# values; one that has no value in both has none.
/^[0-9][0-9]:[0-9][0-9]:/ {
  flush()
  split($1, clock, ":")
  time = clock[1] * 3600 + clock[2] * 60 + clock[3]
}
/proc\.psinfo\.utime/ {
  # Its records follow each other by a second: midnight is the only step back.
  gap = time - taken + (time < taken ? 86400 : 0)
  taken = time
  fresh = 1
}
/^ +inst \[[0-9]+ or "[0-9]+ / && fresh {
  pid = substr($2, 2) + 0
  now[pid] = $NF
}
END { flush() }

function flush(  pid, line, n, i, j, sorted) {
  if (!fresh) return
  fresh = 0
  for (pid in now)
    if (pid in before && now[pid] >= before[pid]) {
      rate[pid] = (now[pid] - before[pid]) / gap / 1000
      if (rate[pid] > above) sorted[++n] = pid + 0
    }
  split("", before)
  for (pid in now) before[pid] = now[pid]
  split("", now)
  for (i = 2; i <= n; ++i)
    for (j = i; j > 1 && sorted[j - 1] > sorted[j]; --j) {
      pid = sorted[j]
      sorted[j] = sorted[j - 1]
      sorted[j - 1] = pid
    }
  for (i = 1; i <= n; ++i) line = line (i > 1 ? " " : "") sorted[i] "|" rate[sorted[i]]
  if (line != "") print line
}
